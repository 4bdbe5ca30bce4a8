"""Session and ChargingPeriod (OCPI 2.1.1, Sessions and CDRs modules, Object description)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import EXACT, PLUS, DateTime, Num, OrElse, Text, Text255, WireObject
from roamgrid.ocpi.wire.v2_1_1.enums import AuthMethod, CdrDimensionType, SessionStatus
from roamgrid.ocpi.wire.v2_1_1.location import UNKNOWN, Location
from roamgrid.ocpi.wire.v2_1_1.types import Id36


class CdrDimension(WireObject, frozen=True):
    """A measured volume: kWh, hours or A; a flat fee has one too."""

    type: CdrDimensionType
    volume: Num


class ChargingPeriod(WireObject, frozen=True):
    """Ends where the next one starts."""

    start_date_time: DateTime
    dimensions: Annotated[tuple[CdrDimension, ...], EXACT, PLUS]


class Session(WireObject, frozen=True):
    """One charge as it happens; `kwh` so far. Its times are spelled unlike those of a CDR."""

    id: Id36
    start_datetime: DateTime
    kwh: Num
    auth_id: Id36
    auth_method: Annotated[AuthMethod, OrElse(UNKNOWN)]
    location: Location
    currency: Annotated[str, Text(3)]
    status: SessionStatus
    last_updated: DateTime
    end_datetime: DateTime | None = None
    meter_id: Text255 | None = None
    charging_periods: Annotated[tuple[ChargingPeriod, ...], EXACT] = ()
    total_cost: Annotated[Num | None, EXACT] = None
