"""What is one station: locations that show the same charging point at about the same place, and what hangs together so."""

from itertools import permutations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from roamgrid.core.locations.grouping import MOST_SHARING, Site, SiteKey, stations

OPERATOR, HUB = UUID(int=1), UUID(int=2)


def site(id_: int, *keys: str, source: UUID = OPERATOR, name: str | None = None, lat: str = "52.0907") -> Site:
    key = SiteKey(source, "NL", "GRF", name or f"L{id_}")
    return Site(id_, key, float(lat), 5.1214, frozenset(keys))


def test_two_sources_of_one_point_are_one_station_named_after_the_first_by_name() -> None:
    assert stations([site(7, "e1", source=HUB), site(9, "e1")]) == {7: 9, 9: 9}


def test_what_shares_no_point_stays_alone() -> None:
    assert stations([site(1, "e1"), site(2, "e2"), site(3)]) == {}


def test_a_bridge_joins_what_shares_nothing_itself() -> None:
    assert stations([site(1, "a"), site(2, "b"), site(3, "a", "b", source=HUB)]) == {1: 1, 2: 1, 3: 1}


def test_the_same_id_a_town_away_is_a_mistake_and_not_one_point() -> None:
    assert stations([site(1, "e1"), site(2, "e1", lat="52.1000")]) == {}, "1035 metres"
    assert stations([site(1, "e1"), site(2, "e1", lat="52.0990")]) == {1: 1, 2: 1}, "924 metres"


def test_a_template_that_everybody_shows_names_nothing() -> None:
    assert len(stations([site(n, "e1") for n in range(MOST_SHARING)])) == MOST_SHARING
    assert stations([site(n, "e1") for n in range(MOST_SHARING + 1)]) == {}


SITES = st.lists(
    st.builds(
        lambda source, keys, lat: (source, frozenset(keys), lat),
        st.sampled_from([OPERATOR, HUB, UUID(int=3)]),
        st.sets(st.sampled_from("abcde"), max_size=3),
        st.sampled_from(["52.000", "52.005", "52.012", "52.5"]),
    ),
    max_size=5,
)


@given(SITES)
def test_in_whatever_order_the_locations_are_looked_at_the_stations_are_the_same(
    drawn: list[tuple[UUID, frozenset[str], str]],
) -> None:
    sites = [
        Site(n, SiteKey(source, "NL", "GRF", f"L{n}"), float(lat), 5.0, keys) for n, (source, keys, lat) in enumerate(drawn)
    ]
    found = stations(sites)
    assert all(stations(order) == found for order in permutations(sites))
    assert all(found[station] == station for station in found.values()), "a station is named after one of its members"
