"""Stations: a location holds charging points (EVSEs), a charging point holds connectors."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from roamgrid.canonical.party import PartyId


class EvseStatus(StrEnum):
    """What a charging point can do right now."""

    AVAILABLE = "AVAILABLE"
    BLOCKED = "BLOCKED"
    CHARGING = "CHARGING"
    INOPERATIVE = "INOPERATIVE"
    OUTOFORDER = "OUTOFORDER"
    PLANNED = "PLANNED"
    REMOVED = "REMOVED"
    RESERVED = "RESERVED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Coordinates:
    """WGS 84 degrees."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class Connector:
    """A plug or socket. `max_power_w` is the stated power, else derived from volts, amperes and phases."""

    id: str
    standard: str
    format: str
    power_type: str
    max_voltage_v: int
    max_amperage_a: int
    max_power_w: int
    power_is_derived: bool
    tariff_ids: tuple[str, ...]
    last_updated: datetime


@dataclass(frozen=True, slots=True)
class Evse:
    """One charging point; one of its connectors can be used at a time.

    `evse_key` is the eMI3 id without separators, case-folded, or None: how the same point is recognised across sources.
    """

    uid: str
    evse_id: str | None
    evse_key: str | None
    status: EvseStatus
    capabilities: tuple[str, ...]
    physical_reference: str | None
    floor_level: str | None
    connectors: tuple[Connector, ...]
    last_updated: datetime


@dataclass(frozen=True, slots=True)
class Location:
    """A site with charging points. `time_zone` is an IANA name; `country` is ISO 3166 alpha-3."""

    party: PartyId
    id: str
    name: str | None
    address: str
    city: str
    postal_code: str | None
    country: str
    coordinates: Coordinates
    time_zone: str
    operator_name: str | None
    publish: bool
    evses: tuple[Evse, ...]
    last_updated: datetime
