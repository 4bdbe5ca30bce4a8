"""What a driver can read."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import strawberry

from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import Cursor
from roamgrid.graphql.common.nodes import Node, node_key, number_key, uuid_key
from roamgrid.graphql.common.paging import cursor, page, size, sort_key
from roamgrid.graphql.driver.context import DriverContext, DriverInfo
from roamgrid.graphql.driver.search import BoxInput, NearInput, StationFilter, station_query
from roamgrid.graphql.driver.types.driver import Driver
from roamgrid.graphql.driver.types.receipt import Receipt, ReceiptConnection, ReceiptEdge
from roamgrid.graphql.driver.types.session import Session, SessionConnection, SessionEdge
from roamgrid.graphql.driver.types.station import Station, StationConnection, StationEdge
from roamgrid.identity.drivers.service import driver_of
from roamgrid.products.driver_app.charges import service as charges
from roamgrid.products.driver_app.charges.errors import ChargeNotFound
from roamgrid.settlement.receipts import service as receipts
from roamgrid.settlement.receipts.service import UnknownReceipt


class HistoryKey(NamedTuple):
    """Newest first; the id decides between charges of one moment."""

    at: datetime
    id: UUID


async def read_driver(context: DriverContext) -> Driver:
    """The signed-in driver. Raises `Unauthenticated`."""
    driver = context.require_driver()
    async with context.services.database.work(context.ctx) as work:
        return Driver.of(await driver_of(work, driver))


async def read_station(context: DriverContext, key: int) -> Station | None:
    """A station of this brand's network."""
    async with context.services.database.work(context.ctx) as work:
        row = await locations.station(work, key)
    return Station.of(row) if row else None


async def read_session(context: DriverContext, key: UUID) -> Session | None:
    """A session of the signed-in driver. Raises `Unauthenticated`."""
    driver = context.require_driver()
    try:
        async with context.services.database.work(context.ctx) as work:
            return Session.of(await charges.get(work, driver, key))
    except ChargeNotFound:
        return None


async def read_receipt(context: DriverContext, key: UUID) -> Receipt | None:
    """A receipt of the signed-in driver. Raises `Unauthenticated`."""
    driver = context.require_driver()
    async with context.services.database.orm(context.ctx) as work:
        try:
            found = await receipts.get(work, key)
        except UnknownReceipt:
            return None
    return Receipt.of(found) if found.driver_id == driver else None


@strawberry.type
class Query:
    """Objects that do not exist for this brand and this driver are null."""

    @strawberry.field
    async def me(self, info: DriverInfo) -> Driver | None:
        """The signed-in driver."""
        return await read_driver(info.context)

    @strawberry.field
    async def stations(
        self,
        info: DriverInfo,
        near: NearInput | None = None,
        box: BoxInput | None = None,
        filter: StationFilter | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> StationConnection:
        """Stations around a point or in a box, nearest to its centre first."""
        context = info.context
        query = station_query(near, box, filter, first, after)
        async with context.services.database.work(context.ctx) as work:
            rows = await locations.search(work, query)
        found = page(rows, query.limit - 1, [cursor(Cursor(row.distance_m, row.id)) for row in rows[: query.limit - 1]])
        edges = [
            StationEdge(cursor=at, node=Station.of(row, found_by_search=True))
            for at, row in zip(found.cursors, found.rows, strict=True)
        ]
        return StationConnection(edges=edges, page_info=found.info)

    @strawberry.field
    async def station(self, info: DriverInfo, id: strawberry.ID) -> Station | None:
        return await read_station(info.context, number_key(id, "Station"))

    @strawberry.field
    async def session(self, info: DriverInfo, id: strawberry.ID) -> Session | None:
        return await read_session(info.context, uuid_key(id, "Session"))

    @strawberry.field
    async def sessions(self, info: DriverInfo, first: int | None = None, after: str | None = None) -> SessionConnection:
        """The driver's sessions, newest first."""
        context = info.context
        driver, wanted, before = context.require_driver(), size(first), sort_key(after, HistoryKey)
        async with context.services.database.work(context.ctx) as work:
            rows = await charges.page(work, driver, wanted + 1, before)
        found = page(rows, wanted, [cursor(HistoryKey(row.created_at, row.id)) for row in rows[:wanted]])
        edges = [SessionEdge(cursor=at, node=Session.of(row)) for at, row in zip(found.cursors, found.rows, strict=True)]
        return SessionConnection(edges=edges, page_info=found.info)

    @strawberry.field
    async def receipt(self, info: DriverInfo, id: strawberry.ID) -> Receipt | None:
        return await read_receipt(info.context, uuid_key(id, "Receipt"))

    @strawberry.field
    async def receipts(self, info: DriverInfo, first: int | None = None, after: str | None = None) -> ReceiptConnection:
        """The driver's receipts, newest first."""
        context = info.context
        driver, wanted, before = context.require_driver(), size(first), sort_key(after, UUID)
        async with context.services.database.orm(context.ctx) as work:
            rows = await receipts.for_driver(work, driver, wanted + 1, before)
        found = page(rows, wanted, [cursor(row.id) for row in rows[:wanted]])
        edges = [ReceiptEdge(cursor=at, node=Receipt.of(row)) for at, row in zip(found.cursors, found.rows, strict=True)]
        return ReceiptConnection(edges=edges, page_info=found.info)

    @strawberry.field
    async def node(self, info: DriverInfo, id: strawberry.ID) -> Node | None:
        """Any object with an id of type Station, Session, Receipt or Driver."""
        context = info.context
        match node_key(id).type:
            case "Station":
                return await read_station(context, number_key(id, "Station"))
            case "Session":
                return await read_session(context, uuid_key(id, "Session"))
            case "Receipt":
                return await read_receipt(context, uuid_key(id, "Receipt"))
            case "Driver":
                me = await read_driver(context)
                return me if me.id == id else None
        return None
