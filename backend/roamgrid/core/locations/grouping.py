"""Which locations are one station: a pure function of the locations, whatever the order in which they arrived (D9)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from math import cos, hypot, radians
from typing import NamedTuple
from uuid import UUID

SAME_PLACE_M = 1000
"""How far apart two sources may put one site. Further apart, a shared EVSE id is somebody's mistake, not one charging point."""
MOST_SHARING = 50
"""An EVSE id that more locations show than this is a template that somebody forgot to fill in: it names nothing."""
_METRES_A_DEGREE = 111_320


class SiteKey(NamedTuple):
    """How a source names a location; the order among these decides which member a station is named after."""

    source: UUID
    country_code: str
    party_id: str
    location_id: str


@dataclass(frozen=True, slots=True)
class Site:
    """A live location: where it is, in degrees, and which EVSE keys it shows."""

    id: int
    key: SiteKey
    latitude: float
    longitude: float
    evse_keys: frozenset[str]


def stations(sites: Iterable[Site]) -> dict[int, int]:
    """For every location that is not alone, the station it belongs to: the id of the member whose name comes first.

    Two locations are one site when they show the same EVSE key at about the same place, and so is whatever hangs together by
    such pairs.
    """
    by_key: dict[str, list[Site]] = defaultdict(list)
    for site in sorted(sites, key=lambda site: site.key):
        for evse_key in site.evse_keys:
            by_key[evse_key].append(site)
    first: dict[int, Site] = {}
    for sharing in by_key.values():
        for one, other in combinations(sharing, 2) if len(sharing) <= MOST_SHARING else ():
            _join(first, one, other)
    return {location: _first(first, site).id for location, site in first.items()}


def _join(first: dict[int, Site], one: Site, other: Site) -> None:
    a, b = _first(first, one), _first(first, other)
    if a.id == b.id or _metres(one, other) > SAME_PLACE_M:
        return
    lead, rest = (a, b) if a.key < b.key else (b, a)
    first.setdefault(lead.id, lead)
    first[rest.id] = lead


def _first(first: dict[int, Site], site: Site) -> Site:
    while (lead := first.get(site.id, site)).id != site.id:
        site = lead
    return site


def _metres(one: Site, other: Site) -> float:
    """Flat, which is exact enough for a kilometre."""
    north = one.latitude - other.latitude
    east = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return hypot(north, east) * _METRES_A_DEGREE
