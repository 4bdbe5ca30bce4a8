"""Drain the queues: partners side by side, each with few requests at a time and a place that it gives up after a while."""

import asyncio
import time
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog

from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.dialects.dialect import dialect
from roamgrid.ocpi.outbound.answer import Answer
from roamgrid.ocpi.outbound.clients import PartnerClients, require_traffic
from roamgrid.ocpi.outbound.errors import PartnerRefused
from roamgrid.ocpi.outbound.push import queue
from roamgrid.ocpi.outbound.push.queue import Changed, Missed, Waiting
from roamgrid.ocpi.outbound.push.source import Letter, PushSource
from roamgrid.ocpi.outbound.running import Running
from roamgrid.ocpi.outbound.schedule import next_try
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work

log = structlog.get_logger(__name__)

LANES = 32
LANES_FOR_ONE_TENANT = 16
SENDS_A_PARTNER = 4
"""Requests at a time: pushes leave most of a partner's share to commands."""
_TURN_S = 20.0
_SEND_TIMEOUT_S = 30.0
_FIRST_RETRY, _LONGEST_RETRY = timedelta(seconds=15), timedelta(minutes=15)
_MADE_UP_AT_ONCE = 1000


class Pusher:
    """The pushes of a process. Belongs to one event loop; close it at the end."""

    def __init__(
        self, database: Database, connections: Connections, clients: PartnerClients, sources: Iterable[PushSource]
    ) -> None:
        self._database = database
        self._connections = connections
        self._clients = clients
        self._sources = {source.kind: source for source in sources}
        self._running = Running(LANES, LANES_FOR_ONE_TENANT)
        self._lanes: set[UUID] = set()

    async def begin_due(self, ctx: TenantContext) -> int:
        """Start sending to the partners for which something waits, as far as there is room; returns to how many."""
        async with self._database.work(ctx) as work:
            room = self._running.room(ctx.tenant)
            found = await queue.lanes(work, room, self._lanes) if room else []
        for connection in found:
            if connection not in self._lanes:
                self._lanes.add(connection)
                left = partial(self._lanes.discard, connection)
                self._running.start(ctx.tenant, partial(self._drain, ctx, connection), left)
        return len(found)

    async def make_up(self, ctx: TenantContext) -> int:
        """Offer again what did not fit, for partners whose queue is half empty by now; returns how many objects."""
        async with self._database.work(ctx) as work:
            await queue.drop_ended(work)
            offered = [await self._make_up(work, missed) for missed in await queue.missed(work, self._sources)]
        return sum(offered)

    async def idle(self) -> None:
        """Wait for what is under way."""
        await self._running.idle()

    async def close(self) -> None:
        """Break off what is under way; it is sent again later."""
        await self._running.close()

    async def _make_up(self, work: Work, missed: Missed) -> int:
        connection = await self._connections.get(work, missed.connection)
        if missed.waiting > dialect(connection.dialect, connection.version).push_backlog // 2:
            return 0
        changes = sorted(await self._sources[missed.kind].changed_since(work, connection, missed.since))
        owed = [change for change in changes if missed.concerns(change)]
        placed: Changed | None = None
        count = 0
        for change in owed[:_MADE_UP_AT_ONCE]:
            if not await queue.place(work, connection, missed.kind, change[1]):
                break
            placed, count = change, count + 1
        if count == len(owed):
            await queue.made_up(work, missed, until=None)
        elif placed is not None:
            await queue.made_up(work, missed, until=placed)
        log.info("ocpi.push_made_up", tenant=work.ctx.tenant, partner=connection.name, kind=missed.kind, objects=count)
        return count

    async def _drain(self, ctx: TenantContext, connection_id: UUID) -> None:
        """Until nothing waits, the partner fails, or its turn is over."""
        end = time.monotonic() + _TURN_S
        while time.monotonic() < end:
            async with self._database.work(ctx) as work:
                connection = await self._connections.get(work, connection_id)
                taken = await queue.take(work, connection_id, self._sources, SENDS_A_PARTNER)
            if not taken:
                return
            sent = await asyncio.gather(*(self._push(ctx, connection, waiting) for waiting in taken))
            if not all(sent):
                return

    async def _push(self, ctx: TenantContext, connection: Connection, waiting: Waiting) -> bool:
        """Whether the partner answered."""
        source = self._sources[waiting.kind]
        async with self._database.work(ctx) as work:
            letter = await source.letter(work, connection, waiting.key)
            if letter is None:
                await queue.done(work, connection.id, waiting)
                return True
        try:
            answer = await self._send(ctx, connection, letter)
        except PartnerUnavailable as error:
            at = next_try(waiting.attempts + 1, ctx.clock.now(), _FIRST_RETRY, _LONGEST_RETRY)
            async with self._database.work(ctx) as work:
                await queue.failed(work, connection.id, waiting, error.message, at)
            return False
        except PartnerRefused as error:
            # The same again would be refused again; what the partner has against it is counted.
            async with self._database.work(ctx) as work:
                await queue.done(work, connection.id, waiting)
                refused = Deviation(Code.REFUSED, "/", error.message)
                await deviations.record(work, connection.id, source.module, [refused])
            return True
        async with self._database.work(ctx) as work:
            await source.delivered(work, connection, waiting.key, answer)
            await queue.done(work, connection.id, waiting)
        return True

    async def _send(self, ctx: TenantContext, connection: Connection, letter: Letter) -> Answer:
        require_traffic(connection)
        return await self._clients.of(connection, ctx).send(
            letter.method,
            letter.url,
            letter.body,
            route=letter.route,
            correlation_id=ctx.correlation_id,
            timeout_s=_SEND_TIMEOUT_S,
        )
