"""Location, EVSE and Connector (OCPI 2.1.1, Locations module, Object description)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import PLUS, Bool, DateTime, Int, OrElse, Text, Text255, Url, WireObject
from roamgrid.ocpi.wire.v2_1_1.enums import Capability, ConnectorType, Facility, LocationType, PowerType
from roamgrid.ocpi.wire.v2_1_1.types import EnergyMix, Id36, Id39
from roamgrid.ocpi.wire.v2_2_1.enums import ConnectorFormat, ParkingRestriction, Status
from roamgrid.ocpi.wire.v2_2_1.location import Hours, StatusSchedule
from roamgrid.ocpi.wire.v2_2_1.types import AdditionalGeoLocation, BusinessDetails, DisplayText, GeoLocation, Image

UNKNOWN = "UNKNOWN"


class Connector(WireObject, frozen=True):
    """Volts (line to neutral for three phases) and amperes."""

    id: Id36
    standard: Annotated[ConnectorType, OrElse(UNKNOWN)]
    format: Annotated[ConnectorFormat, OrElse(UNKNOWN)]
    power_type: Annotated[PowerType, OrElse(UNKNOWN)]
    voltage: Annotated[Int, OrElse(0)]
    amperage: Annotated[Int, OrElse(0)]
    last_updated: Annotated[DateTime | None, OrElse(None)]
    tariff_id: Id36 | None = None
    terms_and_conditions: Url | None = None


class Evse(WireObject, frozen=True):
    """One charging point."""

    uid: Id39
    status: Annotated[Status, OrElse(UNKNOWN)]
    connectors: Annotated[tuple[Connector, ...], PLUS, OrElse(())]
    last_updated: Annotated[DateTime | None, OrElse(None)]
    evse_id: Annotated[str, Text(48)] | None = None
    status_schedule: tuple[StatusSchedule, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    floor_level: Annotated[str, Text(4)] | None = None
    coordinates: GeoLocation | None = None
    physical_reference: Annotated[str, Text(16)] | None = None
    directions: tuple[DisplayText, ...] = ()
    parking_restrictions: tuple[ParkingRestriction, ...] = ()
    images: tuple[Image, ...] = ()


class Location(WireObject, frozen=True):
    """A site; also, with the one charging point and connector of a charge, inside sessions and CDRs.

    Only its id is indispensable there; a site by itself must be somewhere, which its mapping insists on.
    """

    id: Id39
    type: Annotated[LocationType, OrElse(UNKNOWN)]
    address: Annotated[str, Text(45), OrElse("")]
    city: Annotated[str, Text(45), OrElse("")]
    postal_code: Annotated[str | None, Text(10), OrElse(None)]
    country: Annotated[str | None, Text(3), OrElse(None)]
    coordinates: Annotated[GeoLocation | None, OrElse(None)]
    last_updated: Annotated[DateTime | None, OrElse(None)]
    name: Text255 | None = None
    related_locations: tuple[AdditionalGeoLocation, ...] = ()
    evses: tuple[Evse, ...] = ()
    directions: tuple[DisplayText, ...] = ()
    operator: BusinessDetails | None = None
    suboperator: BusinessDetails | None = None
    owner: BusinessDetails | None = None
    facilities: tuple[Facility, ...] = ()
    time_zone: Text255 | None = None
    opening_times: Hours | None = None
    charging_when_closed: Bool | None = None
    images: tuple[Image, ...] = ()
    energy_mix: EnergyMix | None = None
