"""The arguments of a station search, checked."""

import re
from decimal import Decimal
from math import isfinite

import strawberry

from roamgrid.canonical.location import Coordinates
from roamgrid.core.locations.models import Box, Cursor, Near, StationQuery
from roamgrid.graphql.common.paging import size, sort_key
from roamgrid.kernel.errors import Invalid

_MAX_RADIUS_KM = 200
_MAX_POWER_KW = 10_000
_MAX_TYPES = 30
_STANDARD = re.compile(r"[A-Z0-9_]{1,40}")


class BadSearch(Invalid):
    """The arguments describe no area or no filter."""

    code = "BAD_USER_INPUT"
    hint = "Give either `near` or `box`, in degrees, and filters within their bounds."


@strawberry.input(name="NearInput", description="Around a point, nearest first.")
class NearInput:
    lat: float
    lon: float
    radius_km: float = 10


@strawberry.input(description="A rectangle of degrees that does not cross the date line.")
class BoxInput:
    south: float
    west: float
    north: float
    east: float


@strawberry.input(description="A station counts when one of its connectors meets all filters.")
class StationFilter:
    min_power_kw: float | None = None
    connector_types: list[str] | None = None
    available_only: bool = False


def station_query(
    near: NearInput | None, box: BoxInput | None, filter_: StationFilter | None, first: int | None, after: str | None
) -> StationQuery:
    """The search in the core's terms; one row more than asked for tells whether there are more. Raises `Invalid`."""
    wanted = filter_ or StationFilter()
    return StationQuery(
        area=_area(near, box),
        min_power_w=_watts(wanted.min_power_kw),
        standards=_standards(wanted.connector_types),
        available_only=wanted.available_only,
        limit=size(first) + 1,
        after=_after(after),
    )


def _after(text: str | None) -> Cursor | None:
    found = sort_key(text, Cursor)
    if found is not None and not (0 <= found.distance_m < 2**31 and 0 <= found.id < 2**63):
        raise BadSearch("this is not a cursor of this list", field="after")
    return found


def _area(near: NearInput | None, box: BoxInput | None) -> Near | Box:
    if near is not None and box is None:
        if not 0 < near.radius_km <= _MAX_RADIUS_KM:
            raise BadSearch(f"radiusKm must be above 0 and at most {_MAX_RADIUS_KM}", field="near.radiusKm")
        return Near(
            Coordinates(_degrees(near.lat, 90, "near.lat"), _degrees(near.lon, 180, "near.lon")), int(near.radius_km * 1000)
        )
    if box is not None and near is None:
        area = Box(
            south=_degrees(box.south, 90, "box.south"),
            west=_degrees(box.west, 180, "box.west"),
            north=_degrees(box.north, 90, "box.north"),
            east=_degrees(box.east, 180, "box.east"),
        )
        if area.south > area.north or area.west > area.east:
            raise BadSearch("the box must have south below north and west before east", field="box")
        return area
    raise BadSearch("give either near or box", field="near")


def _degrees(value: float, limit: int, field: str) -> Decimal:
    if not isfinite(value) or abs(value) > limit:
        raise BadSearch(f"{field} must lie between -{limit} and {limit} degrees", field=field)
    return Decimal(repr(value))


def _watts(kilowatts: float | None) -> int:
    if kilowatts is None:
        return 0
    if not 0 <= kilowatts <= _MAX_POWER_KW:
        raise BadSearch(f"minPowerKw must lie between 0 and {_MAX_POWER_KW}", field="filter.minPowerKw")
    return round(kilowatts * 1000)


def _standards(types: list[str] | None) -> tuple[str, ...]:
    names = tuple(types or ())
    if len(names) > _MAX_TYPES or not all(_STANDARD.fullmatch(name) for name in names):
        raise BadSearch("connectorTypes must be names such as IEC_62196_T2", field="filter.connectorTypes")
    return names
