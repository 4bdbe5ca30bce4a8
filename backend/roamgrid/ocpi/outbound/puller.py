"""Pull what is due, partner by partner, side by side: one that hangs takes one place and nobody's time."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.outbound import due
from roamgrid.ocpi.outbound.due import DuePull
from roamgrid.ocpi.outbound.errors import SyncRunning
from roamgrid.ocpi.outbound.pull import FEEDS, PullService
from roamgrid.ocpi.outbound.running import Running
from roamgrid.ocpi.outbound.schedule import FIRST_WITHIN, next_pull, next_try
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 8
MOST_FOR_ONE_TENANT = 4
_LOOK_AGAIN = timedelta(seconds=30)
_MODULES = tuple(feed.module for feed in FEEDS)


@dataclass(frozen=True, slots=True)
class Puller:
    """`interval`: between delta pulls of one partner. Belongs to one event loop; close it at the end."""

    database: Database
    connections: Connections
    service: PullService
    interval: timedelta
    running: Running = field(default_factory=lambda: Running(MOST_AT_ONCE, MOST_FOR_ONE_TENANT))

    async def begin_due(self, ctx: TenantContext) -> int:
        """Start the pulls that are due, as far as there is room, and wait for none of them; returns how many."""
        async with self.database.work(ctx) as work:
            await due.plan(work, _MODULES, min(FIRST_WITHIN, self.interval))
            room = self.running.room(ctx.tenant)
            claimed = await due.claim(work, room) if room else []
        for pull in claimed:
            self.running.start(ctx.tenant, partial(self._pull, ctx, pull))
        return len(claimed)

    async def idle(self) -> None:
        """Wait for the pulls under way."""
        await self.running.idle()

    async def close(self) -> None:
        """Break off what is under way; it is due again soon."""
        await self.running.close()

    async def _pull(self, ctx: TenantContext, pull: DuePull) -> None:
        async with self.database.work(ctx) as work:
            connection = await self.connections.get(work, pull.connection)
        if connection.status is not ConnectionStatus.REGISTERED:
            return
        try:
            await self.service.sync(ctx, connection, modules=pull.failures)
        except SyncRunning:
            await self._set(ctx, connection, pull.failures, _LOOK_AGAIN)
            return
        except PartnerUnavailable as error:
            log.info("ocpi.pull_put_off", tenant=ctx.tenant, partner=connection.name, error=error.message)
            await self._set(ctx, connection, pull.failures, self.interval)
            return
        await self._plan_next(ctx, connection, pull)

    async def _plan_next(self, ctx: TenantContext, connection: Connection, pull: DuePull) -> None:
        now = ctx.clock.now()
        async with self.database.work(ctx) as work:
            for module, count in (await due.failures(work, connection.id, pull.failures)).items():
                at = next_try(count, now, self.interval) if count else next_pull(connection.id, now, self.interval)
                await due.set_next(work, connection.id, [module], at)

    async def _set(self, ctx: TenantContext, connection: Connection, modules: dict[str, int], wait: timedelta) -> None:
        async with self.database.work(ctx) as work:
            await due.set_next(work, connection.id, modules, ctx.clock.now() + wait)
