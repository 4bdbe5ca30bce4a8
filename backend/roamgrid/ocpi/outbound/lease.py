"""One sync of a connection at a time, in all processes: who runs it renews a lease, which a crash frees within 90 seconds.

A lease and no advisory lock: that would hold a database connection as long as the partner takes, and it does not survive
poolers that give every transaction another server.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.errors import SyncRunning
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database

log = structlog.get_logger(__name__)

HELD_FOR = timedelta(seconds=90)
_RENEW_S = 20.0
_ASK_EVERY_S = 0.5

# The server's clock: processes compare their leases on it, not on their own.
_TAKE = """
insert into ocpi_sync_lease as l (connection, holder, held_until)
values (%(connection)s, %(holder)s, clock_timestamp() + %(held_for)s)
on conflict (connection) do update set holder = excluded.holder, held_until = excluded.held_until
 where l.held_until < clock_timestamp() or l.holder = excluded.holder returning holder"""
_DROP = "delete from ocpi_sync_lease where connection = %(connection)s and holder = %(holder)s"


@dataclass(slots=True)
class Lease:
    """Held until the block ends. `lost`: somebody else has taken it, because we could not renew it in time."""

    connection: Connection
    holder: UUID
    lost: bool = False

    def check(self) -> None:
        """Before anything is stored. Raises `SyncRunning`."""
        if self.lost:
            raise SyncRunning(f"{self.connection.name}: another process has taken this sync over")


@asynccontextmanager
async def leased(
    database: Database, ctx: TenantContext, connection: Connection, patience: timedelta = timedelta()
) -> AsyncIterator[Lease]:
    """Raises `SyncRunning` when another sync of the connection runs for longer than `patience`."""
    lease = Lease(connection, new_id())
    end = time.monotonic() + patience.total_seconds()
    while not await _take(database, ctx, lease):
        if time.monotonic() >= end:
            raise SyncRunning(f"{connection.name} is being pulled already")
        await asyncio.sleep(_ASK_EVERY_S)
    renewing = asyncio.create_task(_renew(database, ctx, lease))
    try:
        yield lease
    finally:
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing
        async with database.work(ctx) as work:
            await work.conn.execute(_DROP, {"connection": connection.id, "holder": lease.holder})


async def _renew(database: Database, ctx: TenantContext, lease: Lease) -> None:
    while not lease.lost:
        await asyncio.sleep(_RENEW_S)
        try:
            lease.lost = not await _take(database, ctx, lease)
        except Exception:
            # Whether it is lost shows when the database answers again; until then nothing can be stored anyway.
            log.warning("ocpi.lease_not_renewed", tenant=ctx.tenant, partner=lease.connection.name, exc_info=True)


async def _take(database: Database, ctx: TenantContext, lease: Lease) -> bool:
    params = {"connection": lease.connection.id, "holder": lease.holder, "held_for": HELD_FOR}
    async with database.work(ctx) as work:
        return await (await work.conn.execute(_TAKE, params)).fetchone() is not None
