"""Stations with their charging points and connectors."""

from decimal import Decimal

import strawberry

from roamgrid.canonical.location import EvseStatus
from roamgrid.core.locations.models import ConnectorRow, ConnectorTarget, EvseRow, StationRow
from roamgrid.graphql.common.nodes import Node, node_id
from roamgrid.graphql.common.paging import PageInfo
from roamgrid.graphql.driver.context import DriverInfo
from roamgrid.graphql.driver.types.offer import Offer

strawberry.enum(EvseStatus, description="What a charging point can do right now.")


@strawberry.type
class Coordinates:
    """WGS 84 degrees, as decimal text."""

    latitude: Decimal
    longitude: Decimal


@strawberry.type
class Connector:
    """A plug or socket. Its id is unique, yet a connector is read through its station."""

    target: strawberry.Private[ConnectorTarget]
    id: strawberry.ID
    standard: str = strawberry.field(description="OCPI connector type, for example IEC_62196_T2.")
    format: str = strawberry.field(description="SOCKET or CABLE.")
    power_type: str = strawberry.field(description="AC_1_PHASE, AC_3_PHASE, DC and others.")
    max_power_kw: Decimal
    power_is_derived: bool = strawberry.field(description="Computed from volts and amperes: the operator stated no power.")

    @strawberry.field
    async def offer(self, info: DriverInfo) -> Offer | None:
        """What a charge here costs. Anonymous callers see the default plan's price without an id."""
        return Offer.of(await info.context.loaders.offers.load(self.target))

    @classmethod
    def of(cls, station: StationRow, evse: EvseRow, row: ConnectorRow) -> "Connector":
        return cls(
            target=_target(station, evse, row),
            id=node_id("Connector", row.id),
            standard=row.standard,
            format=row.format,
            power_type=row.power_type,
            max_power_kw=Decimal(row.max_power_w) / 1000,
            power_is_derived=row.power_is_derived,
        )


@strawberry.type
class Evse:
    """A charging point; one of its connectors can be used at a time. It is read through its station."""

    row: strawberry.Private[EvseRow]
    id: strawberry.ID
    evse_id: str | None = strawberry.field(description="eMI3 id, as printed on the station.")
    physical_reference: str | None
    status: EvseStatus
    connectors: list[Connector]

    @strawberry.field
    def status_age_seconds(self, info: DriverInfo) -> int:
        """Seconds since the operator last reported this point."""
        return max(0, int((info.context.ctx.clock.now() - self.row.last_updated).total_seconds()))

    @classmethod
    def of(cls, station: StationRow, row: EvseRow) -> "Evse":
        return cls(
            row=row,
            id=node_id("Evse", row.id),
            evse_id=row.evse_id,
            physical_reference=row.physical_reference,
            status=row.status,
            connectors=[Connector.of(station, row, connector) for connector in row.connectors],
        )


@strawberry.type
class Station(Node):
    """A site where cars charge."""

    row: strawberry.Private[StationRow]
    name: str
    address: str
    city: str
    postal_code: str | None
    country: str = strawberry.field(description="ISO 3166 alpha-3.")
    coordinates: Coordinates
    time_zone: str
    operator: str | None
    distance_m: int | None = strawberry.field(description="Metres from the centre of the search; null outside of a search.")

    @strawberry.field
    async def evses(self, info: DriverInfo) -> list[Evse]:
        return [Evse.of(self.row, row) for row in await info.context.loaders.evses.load(self.row.id)]

    @classmethod
    def of(cls, row: StationRow, *, found_by_search: bool = False) -> "Station":
        return cls(
            row=row,
            id=node_id("Station", row.id),
            name=row.name,
            address=row.address,
            city=row.city,
            postal_code=row.postal_code,
            country=row.country,
            coordinates=Coordinates(latitude=row.latitude, longitude=row.longitude),
            time_zone=row.time_zone,
            operator=row.operator_name,
            distance_m=row.distance_m if found_by_search else None,
        )


@strawberry.type
class StationEdge:
    """A station on a page."""

    cursor: str
    node: Station


@strawberry.type
class StationConnection:
    """A page of stations, nearest first."""

    edges: list[StationEdge]
    page_info: PageInfo


def _target(station: StationRow, evse: EvseRow, connector: ConnectorRow) -> ConnectorTarget:
    channel = evse.channels[0]
    return ConnectorTarget(
        id=connector.id,
        source=channel.source,
        party=channel.party,
        location_id=channel.location_id,
        location_name=station.name,
        address=station.address,
        city=station.city,
        country=station.country,
        time_zone=station.time_zone,
        operator_name=station.operator_name,
        evse_uid=evse.uid,
        evse_id=evse.evse_id,
        evse_status=evse.status,
        connector_id=connector.connector_id,
        standard=connector.standard,
        power_type=connector.power_type,
        max_power_w=connector.max_power_w,
        tariff_ids=connector.tariff_ids,
        reachable=channel.reachable,
    )
