"""CDR (OCPI 2.2.1, CDRs module, Object description)."""

from typing import Annotated, Generic, TypeVar

from roamgrid.ocpi.wire.common.declare import (
    EXACT,
    PLUS,
    Bool,
    CountryCode,
    DateTime,
    Id36,
    Id39,
    Int,
    Num,
    OrElse,
    PartyCode,
    Text,
    Text255,
    WireObject,
)
from roamgrid.ocpi.wire.v2_2_1.enums import AuthMethod, ConnectorFormat, ConnectorType, PowerType
from roamgrid.ocpi.wire.v2_2_1.session import NOT_AVAILABLE, ChargingPeriod
from roamgrid.ocpi.wire.v2_2_1.tariff import Tariff
from roamgrid.ocpi.wire.v2_2_1.token import CdrToken
from roamgrid.ocpi.wire.v2_2_1.types import GeoLocation, Price

P = TypeVar("P", bound=WireObject)
T = TypeVar("T", bound=WireObject)

UNKNOWN = "UNKNOWN"


class CdrLocation(WireObject, frozen=True):
    """The connector's place in one flat object, as at the session's start."""

    id: Id36
    address: Annotated[str, Text(45), OrElse("")]
    city: Annotated[str, Text(45), OrElse("")]
    country: Annotated[str, Text(3), OrElse("")]
    coordinates: Annotated[GeoLocation | None, OrElse(None)]
    evse_uid: Annotated[Id36, OrElse(NOT_AVAILABLE)]
    evse_id: Annotated[str | None, Text(48, ci=True), OrElse(None)]
    connector_id: Annotated[Id36, OrElse(NOT_AVAILABLE)]
    connector_standard: Annotated[ConnectorType, OrElse(UNKNOWN)]
    connector_format: Annotated[ConnectorFormat, OrElse(UNKNOWN)]
    connector_power_type: Annotated[PowerType, OrElse(UNKNOWN)]
    name: Text255 | None = None
    postal_code: Annotated[str, Text(10)] | None = None
    state: Annotated[str, Text(20)] | None = None


class SignedValue(WireObject, frozen=True):
    """One signed meter reading."""

    nature: Annotated[str, Text(32, ci=True)]
    plain_data: Annotated[str, Text(5000)]
    signed_data: Annotated[str, Text(5000)]


class SignedData(WireObject, frozen=True):
    """Signed meter readings, as the meter made them."""

    encoding_method: Id36
    signed_values: Annotated[tuple[SignedValue, ...], PLUS]
    encoding_method_version: Int | None = None
    public_key: Annotated[str, Text(512)] | None = None
    url: Annotated[str, Text(512)] | None = None


class CdrOf(WireObject, Generic[P, T], frozen=True):
    """One finished charge with the operator's claim. Hours and kWh. A credit repeats all but a negative `total_cost`.

    `P`: how a version states an amount; `T`: its tariff.
    """

    country_code: CountryCode
    party_id: PartyCode
    id: Id39
    start_date_time: DateTime
    end_date_time: DateTime
    cdr_token: CdrToken
    auth_method: Annotated[AuthMethod, OrElse(UNKNOWN)]
    cdr_location: CdrLocation
    currency: Annotated[str, Text(3)]
    charging_periods: Annotated[tuple[ChargingPeriod, ...], EXACT, PLUS]
    total_cost: P
    total_energy: Num
    total_time: Num
    last_updated: Annotated[DateTime | None, OrElse(None)]
    session_id: Id36 | None = None
    authorization_reference: Id36 | None = None
    meter_id: Text255 | None = None
    tariffs: tuple[T, ...] = ()
    signed_data: SignedData | None = None
    total_fixed_cost: P | None = None
    total_energy_cost: P | None = None
    total_time_cost: P | None = None
    total_parking_time: Num | None = None
    total_parking_cost: P | None = None
    total_reservation_cost: P | None = None
    remark: Text255 | None = None
    invoice_reference_id: Id39 | None = None
    credit: Annotated[Bool | None, EXACT] = None
    credit_reference_id: Id39 | None = None
    home_charging_compensation: Annotated[Bool | None, EXACT] = None


class Cdr(CdrOf[Price, Tariff], frozen=True):
    """With the amounts and tariffs of 2.2.1."""
