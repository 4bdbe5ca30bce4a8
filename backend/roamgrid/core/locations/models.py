"""What the station store takes and hands out."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from roamgrid.canonical.location import Coordinates, EvseStatus
from roamgrid.canonical.party import PartyId, SourceId


@dataclass(frozen=True, slots=True)
class LocationCounts:
    """What is live: not removed, not vanished."""

    locations: int
    evses: int
    connectors: int
    parties: int


@dataclass(frozen=True, slots=True)
class Near:
    """Around a point, nearest first, within `radius_m` metres."""

    centre: Coordinates
    radius_m: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of degrees; it does not cross the date line."""

    south: Decimal
    west: Decimal
    north: Decimal
    east: Decimal


@dataclass(frozen=True, slots=True)
class StationQuery:
    """Which stations, and which page of them. `after` is the cursor of the last row seen."""

    area: Near | Box
    min_power_w: int = 0
    standards: tuple[str, ...] = ()
    available_only: bool = False
    limit: int = 20
    after: "Cursor | None" = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Keyset: distance in metres from the area's centre, then id."""

    distance_m: int
    id: int


@dataclass(frozen=True, slots=True)
class StationRow:
    """One station in a search result. Its words are those of the best of its sources, which `source` and `party` name."""

    id: int
    source: SourceId
    party: PartyId
    location_id: str
    name: str
    address: str
    city: str
    postal_code: str | None
    country: str
    latitude: Decimal
    longitude: Decimal
    time_zone: str
    operator_name: str | None
    distance_m: int
    last_updated: datetime


@dataclass(frozen=True, slots=True)
class ConnectorRow:
    """One connector of a charging point."""

    id: int
    evse: int
    connector_id: str
    standard: str
    format: str
    power_type: str
    max_power_w: int
    power_is_derived: bool
    tariff_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """A source that tells of a charging point, and how it names it. `hub`: it speaks for somebody else's operator."""

    source: SourceId
    party: PartyId
    location_id: str
    evse_uid: str
    hub: bool
    reachable: bool
    last_updated: datetime


@dataclass(frozen=True, slots=True)
class EvseRow:
    """One charging point with its connectors, as the first of its `channels` (best first) tells it.

    Ids belong to the point, whichever channel is the best today.
    """

    id: int
    station: int
    uid: str
    evse_id: str | None
    status: EvseStatus
    capabilities: tuple[str, ...]
    physical_reference: str | None
    floor_level: str | None
    last_updated: datetime
    connectors: tuple[ConnectorRow, ...]
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class ConnectorTarget:
    """Everything that an offer and a start command need to know of a connector, as one source tells it.

    `reachable`: whether commands get through to that source now, as far as we know.
    """

    id: int
    source: SourceId
    party: PartyId
    location_id: str
    location_name: str
    address: str
    city: str
    country: str
    time_zone: str
    operator_name: str | None
    evse_uid: str
    evse_id: str | None
    evse_status: EvseStatus
    connector_id: str
    standard: str
    power_type: str
    max_power_w: int
    tariff_ids: tuple[str, ...]
    reachable: bool = True
