"""The charging points of a station: rows of several sources that tell of one point become one, the best row in front."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from psycopg.rows import DictRow

from roamgrid.canonical.location import EvseStatus
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.locations.grouping import SiteKey
from roamgrid.core.locations.models import Channel, ConnectorRow, EvseRow

_HUB = "hub"

P = TypeVar("P")


class Standing(NamedTuple):
    """How good a row is; the smallest is the best: reachable, bilateral, not removed, then the newest, then by name."""

    unreachable: bool
    hub: bool
    removed: bool
    age: float
    site: SiteKey
    uid: str


def standing(row: DictRow) -> Standing:
    """The same order as in search.sql. `row` tells of a charging point and of its location's source."""
    return Standing(
        unreachable=not row["reachable"],
        hub=row["kind"] == _HUB,
        removed=row["status"] == EvseStatus.REMOVED,
        age=-row["last_updated"].timestamp(),
        site=site_key(row),
        uid=row["uid"],
    )


def site_key(row: DictRow) -> SiteKey:
    """How the source of a row names its location."""
    return SiteKey(row["source_id"], row["country_code"], row["party_id"], row["location_id"])


def union(rows: Iterable[DictRow]) -> list[list[DictRow]]:
    """The rows of a station by charging point, best first, in the order in which each point came first.

    Within one location every row is a point of its own: its operator says so.
    """
    points: dict[tuple[object, ...], list[DictRow]] = {}
    rows = list(rows)
    merged = len({row["location"] for row in rows}) > 1
    for row in rows:
        shared = merged and row["evse_key"] is not None
        points.setdefault(("key", row["evse_key"]) if shared else ("row", row["id"]), []).append(row)
    return [sorted(point, key=standing) for point in points.values()]


def evse(station: int, point: Sequence[DictRow], plugs: dict[int, list[ConnectorRow]]) -> EvseRow | None:
    """One point of a station; None when the best of its sources says that it was removed."""
    best = point[0]
    if best["status"] == EvseStatus.REMOVED:
        return None
    named = min(point, key=lambda row: (site_key(row), row["uid"]))
    return EvseRow(
        id=named["id"],
        station=station,
        uid=best["uid"],
        evse_id=best["evse_id"],
        status=EvseStatus(best["status"]),
        capabilities=tuple(best["capabilities"]),
        physical_reference=best["physical_reference"],
        floor_level=best["floor_level"],
        last_updated=best["last_updated"],
        connectors=_connectors(plugs.get(best["id"], []), plugs.get(named["id"], [])),
        channels=tuple(_channel(row) for row in point),
    )


def same_connector(asked: int, rows: Iterable[DictRow]) -> list[DictRow]:
    """Of every source's connectors of one point the row that is the asked plug, best source first.

    Empty when the best source says that the point was removed.
    """
    by_point: dict[int, list[DictRow]] = {}
    for row in rows:
        by_point.setdefault(row["evse"], []).append(row)
    mine = next(row for found in by_point.values() for row in found if row["row_id"] == asked)
    plug = _plug_of_row(mine)
    points = sorted(by_point.values(), key=lambda found: standing(found[0]))
    if points[0][0]["status"] == EvseStatus.REMOVED:
        return []
    same = [mine if mine in found else same_plug(plug, found, _plug_of_row) for found in points]
    return [row for row in same if row is not None and row["status"] != EvseStatus.REMOVED]


def same_plug(one: tuple[str, str], candidates: Sequence[P], key: Callable[[P], tuple[str, str]]) -> P | None:
    """The candidate that is the same plug: of the same connector id and standard, else the only one of the same standard.

    `one` and `key` give connector id and standard.
    """
    exact = [candidate for candidate in candidates if key(candidate) == one]
    alike = exact or [candidate for candidate in candidates if key(candidate)[1] == one[1]]
    return alike[0] if len(alike) == 1 else None


def _connectors(best: Sequence[ConnectorRow], named: Sequence[ConnectorRow]) -> tuple[ConnectorRow, ...]:
    """The best source's connectors under the ids of the source that the point is named after."""
    if best is named or not named:
        return tuple(best)
    return tuple(_renamed(plug, same_plug(_plug(plug), named, _plug)) for plug in best)


def _renamed(plug: ConnectorRow, as_: ConnectorRow | None) -> ConnectorRow:
    return replace(plug, id=as_.id) if as_ is not None else plug


def _plug(row: ConnectorRow) -> tuple[str, str]:
    return row.connector_id, row.standard


def _plug_of_row(row: DictRow) -> tuple[str, str]:
    return row["connector_id"], row["standard"]


def _channel(row: DictRow) -> Channel:
    return Channel(
        source=SourceId(row["source_id"]),
        party=PartyId(row["country_code"], row["party_id"]),
        location_id=row["location_id"],
        evse_uid=row["uid"],
        hub=row["kind"] == _HUB,
        reachable=row["reachable"],
        last_updated=row["last_updated"],
    )
