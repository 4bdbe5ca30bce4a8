"""Location, EVSE and Connector (OCPI 2.2.1, Locations module, Object description)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import (
    PLUS,
    Bool,
    CountryCode,
    DateTime,
    Id36,
    Int,
    OrElse,
    PartyCode,
    Text,
    Text64,
    Text255,
    Url,
    WireObject,
)
from roamgrid.ocpi.wire.v2_2_1.enums import (
    Capability,
    ConnectorFormat,
    ConnectorType,
    Facility,
    ParkingRestriction,
    ParkingType,
    PowerType,
    Status,
    TokenType,
)
from roamgrid.ocpi.wire.v2_2_1.types import (
    AdditionalGeoLocation,
    BusinessDetails,
    DisplayText,
    EnergyMix,
    GeoLocation,
    Image,
)

UNKNOWN = "UNKNOWN"


class Connector(WireObject, frozen=True):
    """Volts (line to neutral for three phases), amperes, watts."""

    id: Id36
    standard: Annotated[ConnectorType, OrElse(UNKNOWN)]
    format: Annotated[ConnectorFormat, OrElse(UNKNOWN)]
    power_type: Annotated[PowerType, OrElse(UNKNOWN)]
    max_voltage: Annotated[Int, OrElse(0)]
    max_amperage: Annotated[Int, OrElse(0)]
    last_updated: Annotated[DateTime | None, OrElse(None)]
    max_electric_power: Int | None = None
    tariff_ids: tuple[Id36, ...] = ()
    terms_and_conditions: Url | None = None


class StatusSchedule(WireObject, frozen=True):
    """An announced status; informational."""

    period_begin: DateTime
    status: Status
    period_end: DateTime | None = None


class Evse(WireObject, frozen=True):
    """One charging point."""

    uid: Id36
    status: Annotated[Status, OrElse(UNKNOWN)]
    connectors: Annotated[tuple[Connector, ...], PLUS, OrElse(())]
    last_updated: Annotated[DateTime | None, OrElse(None)]
    evse_id: Annotated[str, Text(48, ci=True)] | None = None
    status_schedule: tuple[StatusSchedule, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    floor_level: Annotated[str, Text(4)] | None = None
    coordinates: GeoLocation | None = None
    physical_reference: Annotated[str, Text(16)] | None = None
    directions: tuple[DisplayText, ...] = ()
    parking_restrictions: tuple[ParkingRestriction, ...] = ()
    images: tuple[Image, ...] = ()


class PublishTokenType(WireObject, frozen=True):
    """Owners of tokens that match all set fields may see an unpublished location."""

    uid: Id36 | None = None
    type: TokenType | None = None
    visual_number: Text64 | None = None
    issuer: Text64 | None = None
    group_id: Id36 | None = None


class RegularHours(WireObject, frozen=True):
    """Local time; weekday 1 is Monday."""

    weekday: Int
    period_begin: Annotated[str, Text(5)]
    period_end: Annotated[str, Text(5)]


class ExceptionalPeriod(WireObject, frozen=True):
    """UTC."""

    period_begin: DateTime
    period_end: DateTime


class Hours(WireObject, frozen=True):
    """When one can come; closings beat openings."""

    twentyfourseven: Annotated[Bool, OrElse(False)]
    regular_hours: tuple[RegularHours, ...] = ()
    exceptional_openings: tuple[ExceptionalPeriod, ...] = ()
    exceptional_closings: tuple[ExceptionalPeriod, ...] = ()


class Location(WireObject, frozen=True):
    """A site. `country` is ISO 3166 alpha-3, unlike `country_code`."""

    country_code: CountryCode
    party_id: PartyCode
    id: Id36
    publish: Annotated[Bool, OrElse(False)]
    address: Annotated[Text255, OrElse("")]
    city: Annotated[str, Text(45), OrElse("")]
    country: Annotated[str | None, Text(3), OrElse(None)]
    coordinates: GeoLocation
    time_zone: Annotated[str | None, Text(255), OrElse(None)]
    last_updated: Annotated[DateTime | None, OrElse(None)]
    publish_allowed_to: tuple[PublishTokenType, ...] = ()
    name: Text255 | None = None
    postal_code: Annotated[str, Text(10)] | None = None
    state: Annotated[str, Text(45)] | None = None
    related_locations: tuple[AdditionalGeoLocation, ...] = ()
    parking_type: ParkingType | None = None
    evses: tuple[Evse, ...] = ()
    directions: tuple[DisplayText, ...] = ()
    operator: BusinessDetails | None = None
    suboperator: BusinessDetails | None = None
    owner: BusinessDetails | None = None
    facilities: tuple[Facility, ...] = ()
    opening_times: Hours | None = None
    charging_when_closed: Bool | None = None
    images: tuple[Image, ...] = ()
    energy_mix: EnergyMix | None = None
