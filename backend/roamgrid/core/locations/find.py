"""Find stations: around a point, in a box, by id. One statement a call."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from math import cos, log, pi, radians, tan
from typing import Any

from psycopg.rows import DictRow

from roamgrid.canonical.location import Coordinates, EvseStatus
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.locations import repository as sql
from roamgrid.core.locations.models import Box, ConnectorRow, ConnectorTarget, EvseRow, Near, StationQuery, StationRow
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
    """Charging points with their connectors, by station."""
    points = await (await work.conn.execute(sql.EVSES, {"ids": list(station_ids)})).fetchall()
    plugs: dict[int, list[ConnectorRow]] = defaultdict(list)
    for row in await (await work.conn.execute(sql.CONNECTORS, {"ids": [point["id"] for point in points]})).fetchall():
        plugs[row["evse"]].append(ConnectorRow(**{**row, "tariff_ids": tuple(row["tariff_ids"])}))
    found: dict[int, list[EvseRow]] = {station_id: [] for station_id in station_ids}
    for point in points:
        found[point["location"]].append(
            EvseRow(
                **{
                    **point,
                    "status": EvseStatus(point["status"]),
                    "capabilities": tuple(point["capabilities"]),
                    "connectors": tuple(plugs[point["id"]]),
                }
            )
        )
    return found


async def connector(work: Work, connector_id: int) -> ConnectorTarget | None:
    """Where a charge could start."""
    return (await connectors(work, [connector_id])).get(connector_id)


async def connectors(work: Work, connector_ids: Sequence[int]) -> dict[int, ConnectorTarget]:
    """Many of them, in one statement."""
    rows = await (await work.conn.execute(sql.TARGETS, {"ids": list(connector_ids)})).fetchall()
    return {row["id"]: _target(row) for row in rows}


def _station(row: DictRow) -> StationRow:
    return StationRow(**_owned(row))


def _target(row: DictRow) -> ConnectorTarget:
    return ConnectorTarget(
        **{**_owned(row), "evse_status": EvseStatus(row["evse_status"]), "tariff_ids": tuple(row["tariff_ids"])}
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
