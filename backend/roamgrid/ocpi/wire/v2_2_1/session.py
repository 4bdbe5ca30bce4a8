"""Session and ChargingPeriod (OCPI 2.2.1, Sessions and CDRs modules, Object description)."""

from typing import Annotated, Generic, TypeVar

from roamgrid.ocpi.wire.common.declare import (
    EXACT,
    PLUS,
    CountryCode,
    DateTime,
    Id36,
    Num,
    OrElse,
    PartyCode,
    Text,
    Text255,
    WireObject,
)
from roamgrid.ocpi.wire.v2_2_1.enums import AuthMethod, CdrDimensionType, SessionStatus
from roamgrid.ocpi.wire.v2_2_1.token import CdrToken
from roamgrid.ocpi.wire.v2_2_1.types import Price

P = TypeVar("P", bound=WireObject)

NOT_AVAILABLE = "#NA"
"""The specification's own word for a required text that truly cannot be filled."""


class CdrDimension(WireObject, frozen=True):
    """A measured volume: kWh, hours, A, W or percent."""

    type: CdrDimensionType
    volume: Num


class ChargingPeriod(WireObject, frozen=True):
    """Ends where the next one starts."""

    start_date_time: DateTime
    dimensions: Annotated[tuple[CdrDimension, ...], EXACT, PLUS]
    tariff_id: Id36 | None = None


class SessionOf(WireObject, Generic[P], frozen=True):
    """One charge as it happens; `kwh` so far. `P`: how a version states an amount."""

    country_code: CountryCode
    party_id: PartyCode
    id: Id36
    start_date_time: DateTime
    kwh: Num
    cdr_token: CdrToken
    auth_method: Annotated[AuthMethod, OrElse("UNKNOWN")]
    location_id: Id36
    evse_uid: Annotated[Id36, OrElse(NOT_AVAILABLE)]
    connector_id: Annotated[Id36, OrElse(NOT_AVAILABLE)]
    currency: Annotated[str, Text(3)]
    status: SessionStatus
    last_updated: DateTime
    end_date_time: DateTime | None = None
    authorization_reference: Id36 | None = None
    meter_id: Text255 | None = None
    charging_periods: Annotated[tuple[ChargingPeriod, ...], EXACT] = ()
    total_cost: P | None = None


class Session(SessionOf[Price], frozen=True):
    """With the amounts of 2.2.1."""
