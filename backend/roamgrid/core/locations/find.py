"""Find stations: around a point, in a box, by id. One statement a call."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from math import cos, log, pi, radians, tan
from operator import itemgetter
from typing import Any

from psycopg.rows import DictRow

from roamgrid.canonical.location import Coordinates, EvseStatus
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.locations import repository as sql
from roamgrid.core.locations.models import Box, ConnectorRow, ConnectorTarget, EvseRow, Near, StationQuery, StationRow
from roamgrid.core.locations.points import evse, same_connector, union
from roamgrid.tenancy.database import Work

_EARTH_RADIUS_M = 6_378_137
_MERCATOR_LIMIT = 85
_UNLIMITED_M = 40_000_000


async def search(work: Work, query: StationQuery) -> list[StationRow]:
    """One page of stations, nearest to the area's centre first. A station counts when one connector meets all filters."""
    centre = _centre(query.area)
    scale = cos(radians(_clamped(centre.latitude)))
    await work.conn.execute(sql.WALK_THE_INDEX)
    cursor = await work.conn.execute(
        sql.SEARCH,
        {
            "centre": "({},{})".format(*_mercator(centre.latitude, centre.longitude)),
            "scale": scale,
            "area": _box(query.area, scale),
            "radius": query.area.radius_m if isinstance(query.area, Near) else _UNLIMITED_M,
            "after_distance": query.after.distance_m if query.after else -1,
            "after_id": query.after.id if query.after else 0,
            "available_only": query.available_only,
            "min_power": query.min_power_w,
            "standards": list(query.standards),
            "limit": query.limit,
        },
    )
    return [_station(row) for row in await cursor.fetchall()]


async def station(work: Work, station_id: int) -> StationRow | None:
    """One published, live station."""
    row = await (await work.conn.execute(sql.STATION, {"id": station_id})).fetchone()
    return _station(row) if row else None


async def evses_of(work: Work, station_ids: Sequence[int]) -> dict[int, list[EvseRow]]:
    """Charging points with their connectors, by station: of several sources' rows of one point the best."""
    rows = await (await work.conn.execute(sql.EVSES, {"ids": list(station_ids)})).fetchall()
    plugs: dict[int, list[ConnectorRow]] = defaultdict(list)
    for row in await (await work.conn.execute(sql.CONNECTORS, {"ids": [row["id"] for row in rows]})).fetchall():
        plugs[row["evse"]].append(ConnectorRow(**{**row, "tariff_ids": tuple(row["tariff_ids"])}))
    found: dict[int, list[EvseRow]] = {station_id: [] for station_id in station_ids}
    for station_id, of_station in groupby(rows, key=itemgetter("station")):
        points = (evse(station_id, point, plugs) for point in union(of_station))
        found[station_id] = [point for point in points if point is not None]
    return found


async def connector(work: Work, connector_id: int) -> ConnectorTarget | None:
    """Where a charge could start, as the best source tells it."""
    return next(iter(await channels(work, connector_id)), None)


async def channels(work: Work, connector_id: int) -> list[ConnectorTarget]:
    """The same connector as each source tells it, best first; all under the id that was asked for.

    Empty: it is gone, or the best source says that its charging point was removed.
    """
    return (await _channels(work, [connector_id])).get(connector_id, [])


async def connectors(work: Work, connector_ids: Sequence[int]) -> dict[int, ConnectorTarget]:
    """Many of them, in one statement."""
    return {id_: found[0] for id_, found in (await _channels(work, connector_ids)).items() if found}


async def _channels(work: Work, connector_ids: Sequence[int]) -> dict[int, list[ConnectorTarget]]:
    rows = await (await work.conn.execute(sql.TARGETS, {"ids": list(connector_ids)})).fetchall()
    by_asked: dict[int, list[DictRow]] = defaultdict(list)
    for row in rows:
        by_asked[row["asked"]].append(row)
    return {asked: [_target(row) for row in same_connector(asked, found)] for asked, found in by_asked.items()}


def _station(row: DictRow) -> StationRow:
    return StationRow(**_owned(row))


def _target(row: DictRow) -> ConnectorTarget:
    return ConnectorTarget(
        id=row["asked"],
        source=SourceId(row["source_id"]),
        party=PartyId(row["country_code"], row["party_id"]),
        location_id=row["location_id"],
        location_name=row["location_name"],
        address=row["address"],
        city=row["city"],
        country=row["country"],
        time_zone=row["time_zone"],
        operator_name=row["operator_name"],
        evse_uid=row["uid"],
        evse_id=row["evse_id"],
        evse_status=EvseStatus(row["status"]),
        connector_id=row["connector_id"],
        standard=row["standard"],
        power_type=row["power_type"],
        max_power_w=row["max_power_w"],
        tariff_ids=tuple(row["tariff_ids"]),
        reachable=row["reachable"],
    )


def _owned(row: DictRow) -> dict[str, Any]:
    rest = {name: value for name, value in row.items() if name not in {"source_id", "country_code", "party_id"}}
    return {**rest, "source": SourceId(row["source_id"]), "party": PartyId(row["country_code"], row["party_id"])}


def _centre(area: Near | Box) -> Coordinates:
    if isinstance(area, Near):
        return area.centre
    return Coordinates((area.south + area.north) / 2, (area.west + area.east) / 2)


def _box(area: Near | Box, scale: float) -> str:
    if isinstance(area, Near):
        x, y = _mercator(area.centre.latitude, area.centre.longitude)
        reach = area.radius_m / max(scale, 0.01)
        return f"(({x - reach},{y - reach}),({x + reach},{y + reach}))"
    west, south = _mercator(area.south, area.west)
    east, north = _mercator(area.north, area.east)
    return f"(({west},{south}),({east},{north}))"


def _mercator(latitude: Decimal, longitude: Decimal) -> tuple[float, float]:
    """Metres on the Mercator plane; the table computes its positions by the same formula."""
    return radians(longitude) * _EARTH_RADIUS_M, _EARTH_RADIUS_M * log(tan(pi / 4 + radians(_clamped(latitude)) / 2))


def _clamped(latitude: Decimal) -> Decimal:
    return max(min(latitude, Decimal(_MERCATOR_LIMIT)), Decimal(-_MERCATOR_LIMIT))
