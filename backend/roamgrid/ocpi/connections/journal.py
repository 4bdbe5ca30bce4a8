"""What a process learns of its partners, on its way into the tables: counted in memory, written every few seconds.

A request costs a dictionary look-up here and no statement. What opens or closes a circuit is written at once. A process that
is killed loses the counts of a few seconds and nothing else.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from opentelemetry.metrics import Counter

from roamgrid.canonical.party import SourceId
from roamgrid.core.parties import standing
from roamgrid.kernel.tasks import cancelled
from roamgrid.kernel.telemetry import meter
from roamgrid.ocpi.connections import circuits, traffic
from roamgrid.ocpi.connections.traffic import Outcome, Slot, Tally, Way
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work

log = structlog.get_logger(__name__)

_WRITE_EVERY_S = 5.0
_MOST_SLOTS = 50_000
"""Beyond it, which takes hours without a database, counts are let go."""
_FORGET_EVERY = timedelta(hours=1)

_requests: Counter = meter.create_counter("ocpi.requests", "{request}", "Exchanges with partners, by partner, way and outcome.")


@dataclass(frozen=True, slots=True)
class CircuitChange:
    """A breaker of this process. `retry_at`: when the next try is, while it is open."""

    opened: bool
    failures: int
    reason: str
    retry_at: datetime | None


class PartnerLog(Protocol):
    """Who hears of exchanges and of breakers."""

    def note(self, ctx: TenantContext, connection: SourceId, way: Way, outcome: Outcome, seconds: float) -> None:
        """One exchange ended."""
        ...

    def circuit(self, ctx: TenantContext, connection: SourceId, change: CircuitChange) -> None:
        """A breaker opened or closed."""
        ...


class Unheard:
    """Keeps nothing: for handshakes and measurements."""

    def note(self, ctx: TenantContext, connection: SourceId, way: Way, outcome: Outcome, seconds: float) -> None:
        """Nobody wants to know."""

    def circuit(self, ctx: TenantContext, connection: SourceId, change: CircuitChange) -> None:
        """Nobody wants to know."""


@dataclass(slots=True)
class _Pending:
    """One tenant's, since it was last written."""

    ctx: TenantContext
    tallies: dict[Slot, Tally] = field(default_factory=dict)
    changes: dict[SourceId, CircuitChange] = field(default_factory=dict)


class Journal:
    """Belongs to one event loop, on which it writes by itself from the first note on; close it at the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pending: dict[str, _Pending] = {}
        self._forgotten_at: dict[str, datetime] = {}
        self._urgent = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._closing = False

    def note(self, ctx: TenantContext, connection: SourceId, way: Way, outcome: Outcome, seconds: float) -> None:
        """Count one exchange."""
        _requests.add(1, {"tenant": ctx.tenant, "partner": str(connection), "way": way.value, "outcome": outcome.value})
        pending = self._of(ctx)
        slot = Slot(connection, way, outcome, ctx.clock.now().replace(second=0, microsecond=0))
        tally = pending.tallies.get(slot)
        if tally is None:
            if len(pending.tallies) >= _MOST_SLOTS:
                return
            tally = pending.tallies[slot] = Tally()
        tally.requests += 1
        tally.busy_ms += round(seconds * 1000)

    def circuit(self, ctx: TenantContext, connection: SourceId, change: CircuitChange) -> None:
        """Remember the latest state of a breaker, and write it as soon as possible."""
        self._of(ctx).changes[connection] = change
        self._urgent.set()

    async def write(self) -> None:
        """Write what is pending, a transaction a tenant. What cannot be written is tried again with the next."""
        for slug in list(self._pending):
            pending = self._pending.pop(slug)
            try:
                async with self._database.work(pending.ctx) as work:
                    await self._write(work, pending)
            except asyncio.CancelledError:
                self._put_back(pending)
                raise
            except Exception:
                log.warning("ocpi.journal_waiting", tenant=slug, exc_info=True)
                self._put_back(pending)

    async def close(self) -> None:
        """Write the rest and stop."""
        if self._writer is not None:
            self._closing = True
            self._urgent.set()
            await self._writer
            self._writer, self._closing = None, False
        await self.write()

    def _of(self, ctx: TenantContext) -> _Pending:
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._run(), name="ocpi journal")
        pending = self._pending.get(ctx.tenant)
        if pending is None:
            pending = self._pending[ctx.tenant] = _Pending(ctx)
        return pending

    async def _run(self) -> None:
        while not (self._closing or cancelled()):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_WRITE_EVERY_S):
                    await self._urgent.wait()
            self._urgent.clear()
            await self.write()

    async def _write(self, work: Work, pending: _Pending) -> None:
        await traffic.add(work, pending.tallies)
        answering = {
            SourceId(slot.connection)
            for slot in pending.tallies
            if slot.way is Way.OUTBOUND and slot.outcome in (Outcome.OK, Outcome.REFUSED)
        }
        for connection in await circuits.close_answering(work, answering - pending.changes.keys()) if answering else ():
            await standing.note_reachable(work, SourceId(connection), reachable=True)
        for source, change in pending.changes.items():
            await circuits.note(
                work, source, opened=change.opened, failures=change.failures, reason=change.reason, retry_at=change.retry_at
            )
            await standing.note_reachable(work, source, reachable=not change.opened)
        now = work.ctx.clock.now()
        if now - self._forgotten_at.get(work.ctx.tenant, datetime.min.replace(tzinfo=now.tzinfo)) > _FORGET_EVERY:
            await traffic.forget_old(work)
            self._forgotten_at[work.ctx.tenant] = now

    def _put_back(self, pending: _Pending) -> None:
        newer = self._pending.setdefault(pending.ctx.tenant, pending)
        if newer is pending:
            return
        for slot, tally in pending.tallies.items():
            sum_ = newer.tallies.setdefault(slot, Tally())
            sum_.requests += tally.requests
            sum_.busy_ms += tally.busy_ms
        newer.changes = pending.changes | newer.changes
