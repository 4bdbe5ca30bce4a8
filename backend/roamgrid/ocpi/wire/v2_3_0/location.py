"""Location, EVSE, Connector and parking places (OCPI 2.3.0, Locations module, Object description)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import (
    PLUS,
    Bool,
    Id36,
    Num,
    OrElse,
    Text,
    WireObject,
)
from roamgrid.ocpi.wire.v2_2_1 import location as before
from roamgrid.ocpi.wire.v2_3_0.enums import (
    Capability,
    ConnectorCapability,
    ConnectorType,
    EvsePosition,
    Facility,
    ParkingDirection,
    ParkingRestriction,
    ParkingType,
    TokenType,
    VehicleType,
)
from roamgrid.ocpi.wire.v2_3_0.types import BusinessDetails, EnergyMix, Image


class Connector(before.Connector, frozen=True):
    """Volts (line to neutral for three phases), amperes, watts."""

    standard: Annotated[ConnectorType, OrElse(before.UNKNOWN)]
    capabilities: tuple[ConnectorCapability, ...] = ()


class EvseParking(WireObject, frozen=True):
    """A parking place of the location from which the charging point is reached."""

    parking_id: Id36
    evse_position: EvsePosition | None = None


class Evse(before.Evse, frozen=True):
    """One charging point. `accepted_service_providers`: the names of those whose drivers may charge here."""

    connectors: Annotated[tuple[Connector, ...], PLUS, OrElse(())]
    capabilities: tuple[Capability, ...] = ()
    parking_restrictions: tuple[ParkingRestriction, ...] = ()
    images: tuple[Image, ...] = ()
    parking: tuple[EvseParking, ...] = ()
    accepted_service_providers: tuple[Annotated[str, Text(50)], ...] = ()


class Parking(WireObject, frozen=True):
    """A parking place: for which vehicles, and how it is built. Weight in kg, lengths in cm, `time_limit` in minutes."""

    id: Id36
    vehicle_types: Annotated[tuple[VehicleType, ...], PLUS, OrElse(())]
    restricted_to_type: Annotated[Bool, OrElse(False)]
    reservation_required: Annotated[Bool, OrElse(False)]
    physical_reference: Annotated[str, Text(12)] | None = None
    max_vehicle_weight: Num | None = None
    max_vehicle_height: Num | None = None
    max_vehicle_length: Num | None = None
    max_vehicle_width: Num | None = None
    parking_space_length: Num | None = None
    parking_space_width: Num | None = None
    dangerous_goods_allowed: Bool | None = None
    direction: ParkingDirection | None = None
    drive_through: Bool | None = None
    time_limit: Num | None = None
    roofed: Bool | None = None
    images: tuple[Image, ...] = ()
    lighting: Bool | None = None
    refrigeration_outlet: Bool | None = None
    standards: tuple[Id36, ...] = ()
    apds_reference: Annotated[str, Text(255, ci=True)] | None = None


class PublishTokenType(before.PublishTokenType, frozen=True):
    """Owners of tokens that match all set fields may see an unpublished location."""

    type: TokenType | None = None


class Location(before.Location, frozen=True):
    """A site. `country` is ISO 3166 alpha-3, unlike `country_code`."""

    publish_allowed_to: tuple[PublishTokenType, ...] = ()
    parking_type: ParkingType | None = None
    evses: tuple[Evse, ...] = ()
    operator: BusinessDetails | None = None
    suboperator: BusinessDetails | None = None
    owner: BusinessDetails | None = None
    facilities: tuple[Facility, ...] = ()
    images: tuple[Image, ...] = ()
    energy_mix: EnergyMix | None = None
    parking_places: tuple[Parking, ...] = ()
    help_phone: Annotated[str, Text(25, ci=True)] | None = None
