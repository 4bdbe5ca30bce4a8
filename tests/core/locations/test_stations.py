"""The same charging point from its operator and from hubs is one point of one station (D9)."""

import asyncio
from datetime import timedelta
from itertools import permutations

import pytest

from roamgrid.canonical.location import EvseStatus
from roamgrid.canonical.party import PartyId
from roamgrid.core.locations import service as locations
from roamgrid.tenancy.database import Database
from tests.builders import NOON, connector
from tests.conftest import Brands
from tests.core.locations.world import HUB, OPERATOR_PLATFORM, OTHER_HUB, Network, point, site

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def network(database: Database, brands: Brands) -> Network:
    return Network(database, brands.voltara)


async def test_operator_and_hub_tell_of_one_station(network: Network) -> None:
    await network.hub(HUB)
    await network.tell(HUB, site("H1", point("E1", "h-1"), point("E2", "h-2"), name="Told by the hub", last_updated=LATER))
    await network.tell(OPERATOR_PLATFORM, site("A", point("E1", "o-1"), name="Told by the operator"))
    [station] = await network.stations()
    assert (station.name, station.source, station.location_id) == ("Told by the operator", OPERATOR_PLATFORM, "A")
    first, second = await network.points(station.id)
    assert [(channel.source, channel.hub, channel.evse_uid) for channel in first.channels] == [
        (OPERATOR_PLATFORM, False, "o-1"),
        (HUB, True, "h-1"),
    ], "the operator's own word first, although the hub's is newer"
    assert [channel.source for channel in second.channels] == [HUB], "what only the hub knows belongs to the station too"


async def test_two_parties_of_one_national_feed_are_one_station_too(network: Network) -> None:
    await network.tell(HUB, site("A", point("E1")), site("B", point("E1"), party=PartyId("NL", "OTH"), last_updated=LATER))
    [station] = await network.stations()
    assert station.party == PartyId("NL", "OTH"), "the fresher one"
    assert len(await network.points(station.id)) == 1


async def test_a_source_that_cannot_be_reached_comes_last_and_ids_stay(network: Network) -> None:
    await network.hub(HUB)
    await network.tell(OPERATOR_PLATFORM, site("A", point("E1", status=EvseStatus.CHARGING), name="Operator"))
    await network.tell(HUB, site("H", point("E1"), name="Hub"))
    [before] = await network.stations()
    [point_before] = await network.points(before.id)
    await network.reachable(OPERATOR_PLATFORM, False)
    [after] = await network.stations()
    [point_after] = await network.points(after.id)
    assert (before.name, after.name, before.id == after.id) == ("Operator", "Hub", True)
    assert (point_before.status, point_after.status) == (EvseStatus.CHARGING, EvseStatus.AVAILABLE)
    assert point_before.id == point_after.id
    assert point_before.connectors[0].id == point_after.connectors[0].id
    await network.reachable(OPERATOR_PLATFORM, True)
    assert await network.stations() == [before]


async def test_of_two_hubs_the_fresher_one_counts(network: Network) -> None:
    await network.hub(HUB, OTHER_HUB)
    await network.tell(HUB, site("A", point("E1")))
    await network.tell(OTHER_HUB, site("B", point("E1", status=EvseStatus.CHARGING, last_updated=LATER)))
    [station] = await network.stations()
    assert [point.status for point in await network.points(station.id)] == [EvseStatus.CHARGING]


async def test_a_point_that_its_operator_removed_is_gone_whatever_the_hub_says(network: Network) -> None:
    await network.hub(HUB)
    await network.tell(HUB, site("H", point("E1"), point("E2")))
    await network.tell(OPERATOR_PLATFORM, site("A", point("E1", status=EvseStatus.REMOVED)))
    [station] = await network.stations()
    assert [point.evse_id for point in await network.points(station.id)] == ["NL*GRF*E2"]


async def test_filters_ask_the_best_source(network: Network) -> None:
    await network.hub(HUB)
    fast = connector(max_power_w=150_000, standard="IEC_62196_T2_COMBO")
    await network.tell(HUB, site("H", point("E1"), point("E2", "e2", connectors=(fast,))))
    await network.tell(OPERATOR_PLATFORM, site("A", point("E1", status=EvseStatus.CHARGING)))
    assert len(await network.stations(available_only=True)) == 1, "E2 is free"
    assert len(await network.stations(min_power_w=100_000)) == 1, "through a member that is not the station's first"
    await network.tell(
        OPERATOR_PLATFORM, site("A", point("E1", status=EvseStatus.CHARGING), point("E2", status=EvseStatus.CHARGING))
    )
    assert await network.stations(available_only=True) == [], "the hub says free, the operator knows better"
    assert await network.stations(min_power_w=100_000) == [], "the operator says 22 kW"


async def test_without_one_source_the_station_lives_on_with_the_other(network: Network) -> None:
    await network.hub(HUB)
    await network.tell(HUB, site("H", point("E1")))
    await network.crawl(OPERATOR_PLATFORM, site("A", point("E1")), site("B", point("E9")))
    [merged] = [row for row in await network.stations() if row.location_id == "A"]
    await network.crawl(OPERATOR_PLATFORM, site("B", point("E9")))
    [alone] = [row for row in await network.stations() if row.location_id != "B"]
    assert (alone.source, alone.location_id) == (HUB, "H")
    await network.crawl(OPERATOR_PLATFORM, site("A", point("E1")), site("B", point("E9")))
    assert merged in await network.stations(), "and it comes back as it was"


async def test_a_station_is_found_by_the_id_of_any_of_its_members(network: Network, database: Database) -> None:
    await network.tell(HUB, site("H", point("E1")))
    [alone] = await network.stations()
    await network.tell(OPERATOR_PLATFORM, site("A", point("E1")))
    [merged] = await network.stations()
    async with database.work(network.ctx) as work:
        assert await locations.station(work, alone.id) == await locations.station(work, merged.id)
        assert (await locations.evses_of(work, [alone.id]))[alone.id][0].id == (await network.points(merged.id))[0].id


async def test_every_id_of_a_connector_leads_to_its_best_source(network: Network, database: Database) -> None:
    await network.hub(HUB)
    await network.tell(HUB, site("H", point("E1", "h-1")))
    [alone] = await network.stations()
    [told_by_hub] = (await network.points(alone.id))[0].connectors
    await network.tell(OPERATOR_PLATFORM, site("A", point("E1", "o-1")))
    async with database.work(network.ctx) as work:
        found = await locations.channels(work, told_by_hub.id)
        assert [(target.id, target.source, target.evse_uid) for target in found] == [
            (told_by_hub.id, OPERATOR_PLATFORM, "o-1"),
            (told_by_hub.id, HUB, "h-1"),
        ]
        assert await locations.connector(work, told_by_hub.id) == found[0]


async def test_plugs_of_one_point_are_told_apart_by_id_then_by_standard(network: Network, database: Database) -> None:
    combo, plain = connector(id="2", standard="IEC_62196_T2_COMBO"), connector(id="1")
    await network.hub(HUB)
    await network.tell(OPERATOR_PLATFORM, site("A", point("E1", connectors=(plain, combo))))
    await network.tell(
        HUB, site("H", point("E1", connectors=(connector(id="left", standard="IEC_62196_T2_COMBO"), connector(id="right"))))
    )
    [station] = await network.stations()
    [merged] = await network.points(station.id)
    async with database.work(network.ctx) as work:
        names = [[target.connector_id for target in await locations.channels(work, plug.id)] for plug in merged.connectors]
    assert names == [["1", "right"], ["2", "left"]]


FEEDS = (
    (OPERATOR_PLATFORM, [site("A", point("E1")), site("B", point("E2"))]),
    (HUB, [site("H1", point("E1"), point("E2")), site("H2", point("E3"))]),
    (OTHER_HUB, [site("X", point("E3"), point("E4"))]),
)


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_any_order_of_arrival_gives_the_same_stations(network: Network, order: tuple[int, ...]) -> None:
    await network.hub(HUB, OTHER_HUB)
    for number in order:
        await network.tell(FEEDS[number][0], *FEEDS[number][1])
    shown = await network.shown()
    assert [(name, [evse_id for evse_id, _ in points]) for name, points in shown] == [
        ("Station A", ["NL*GRF*E1", "NL*GRF*E2"]),
        ("Station H2", ["NL*GRF*E3", "NL*GRF*E4"]),
    ]
    for number in order:
        await network.tell(FEEDS[number][0], *FEEDS[number][1])
    assert await network.shown() == shown, "telling it again changes nothing"
    await network.tell(HUB, site("H1", point("E1")), site("H2", point("E3")))
    assert [name for name, _ in await network.shown()] == ["Station A", "Station B", "Station H2"], "the bridge is gone"


async def test_two_feeds_that_arrive_at_once_find_each_other(network: Network) -> None:
    sites = [(f"L{n}", point(f"E{n}"), f"52.{100 + 2 * n}") for n in range(30)]
    await asyncio.gather(
        *(network.tell(HUB, *(site(name, e, lat=lat) for name, e, lat in sites[at : at + 10])) for at in (0, 10, 20)),
        *(network.tell(OTHER_HUB, *(site(name, e, lat=lat) for name, e, lat in sites[at : at + 15])) for at in (15, 0)),
    )
    assert len(await network.stations()) == 30


@pytest.mark.isolation
async def test_another_brands_sources_are_not_ours(network: Network, database: Database, brands: Brands) -> None:
    other = Network(database, brands.kilowind)
    await network.tell(HUB, site("H", point("E1")))
    await other.tell(OPERATOR_PLATFORM, site("A", point("E1")))
    await other.reachable(HUB, False)
    [mine], [theirs] = await network.stations(), await other.stations()
    assert (mine.source, theirs.source) == (HUB, OPERATOR_PLATFORM)
    [told] = await network.points(mine.id)
    assert [(channel.source, channel.reachable) for channel in told.channels] == [(HUB, True)]
