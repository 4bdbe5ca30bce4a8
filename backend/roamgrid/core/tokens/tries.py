"""Authorizations on their way into `token_use`: written in batches after the answer, so that no driver waits for them.

Until a batch is written its tries count from here (in the instant of writing twice, or not at all); processes learn of each
other's tries a tenth of a second later. A process that is killed forgets what it had not written, and a database that does
not answer costs a batch: then limits are a little generous, and `dropped` says by how much.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
import structlog
from psycopg import Error
from psycopg_pool import PoolTimeout

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.token import Allowed
from roamgrid.core.tokens import alarms
from roamgrid.core.tokens.alarms import Breach
from roamgrid.core.tokens.standing import Asked
from roamgrid.core.tokens.uids import uid_key
from roamgrid.core.tokens.verdict import Verdict
from roamgrid.kernel import json
from roamgrid.tenancy.context import Binding, TenantContext
from roamgrid.tenancy.database import Database

log = structlog.get_logger(__name__)

_RECORD = (Path(__file__).parent / "tries.sql").read_text()
_EVERY_S = 0.1
_CAPACITY = 20_000

_Key = tuple[str, str]


class _Tried(msgspec.Struct):
    """What one token adds to a batch; changed in place, because it happens in front of the driver."""

    uid_key: str
    type: str
    first_at: datetime
    tries: int = 0
    source: UUID | None = None
    location: str | None = None
    placed_at: datetime | None = None


@dataclass(slots=True)
class _Batch:
    """A tenant's tokens and breaches."""

    ctx: TenantContext
    tried: dict[_Key, _Tried]
    breaches: dict[tuple[_Key, str], Breach]


class Tries:
    """One a process. `open` it with the process, `close` it before the database; `dropped` counts what was never written."""

    def __init__(self, database: Database, *, every_s: float = _EVERY_S, capacity: int = _CAPACITY) -> None:  # rule-ok: time
        self.dropped = 0
        self._database = database
        self._every_s = every_s
        self._capacity = capacity
        self._held = 0
        self._waiting: dict[str, _Batch] = {}
        self._leaving: dict[str, _Batch] = {}
        self._something = asyncio.Event()
        self._flushing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._task = asyncio.create_task(self._run(), name="token tries")

    async def close(self) -> None:
        """Write what waits."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await self.flush()

    def pending(self, tenant: str, asked: Asked) -> int:
        """Tries that no statement can see yet."""
        key = (uid_key(asked.uid), asked.type.value)
        found = 0
        for batches in (self._waiting, self._leaving):
            if (batch := batches.get(tenant)) is not None and (tried := batch.tried.get(key)) is not None:
                found += tried.tries
        return found

    def add(self, binding: Binding, source: SourceId, asked: Asked, verdict: Verdict, at: datetime) -> None:
        """Never waits; forgets and counts what there is no room for."""
        batch = self._waiting.get(binding.slug)
        if batch is None:
            batch = self._waiting[binding.slug] = _Batch(TenantContext(binding, actor="authorize"), {}, {})
            self._something.set()
        key = (uid_key(asked.uid), asked.type.value)
        tried = batch.tried.get(key)
        if tried is None:
            if self._held >= self._capacity:
                self.dropped += 1
                return
            self._held += 1
            tried = batch.tried[key] = _Tried(*key, at)
        tried.tries += 1
        if verdict.allowed is Allowed.ALLOWED and asked.location_id is not None:
            tried.source, tried.location, tried.placed_at = source, asked.location_id, at
        if verdict.exceeded is not None:
            known = batch.breaches.get((key, verdict.exceeded))
            breach = Breach(key[0], asked.type, verdict.exceeded, source, asked.location_id, at)
            batch.breaches[key, verdict.exceeded] = replace(breach, count=known.count + 1) if known else breach

    async def flush(self) -> None:
        """Write what waits now, a transaction for each brand."""
        async with self._flushing:
            self._leaving, self._waiting, self._held = self._waiting, {}, 0
            for tenant, batch in list(self._leaving.items()):
                await self._write(batch)
                del self._leaving[tenant]

    async def _run(self) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(self._every_s)
            self._something.clear()
            await self.flush()

    async def _write(self, batch: _Batch) -> None:
        try:
            async with self._database.work(batch.ctx) as work:
                await work.conn.execute(_RECORD, {"tried": json.encode(list(batch.tried.values()))})
                await alarms.raise_all(work, batch.breaches.values())
        except (Error, PoolTimeout) as error:
            lost = sum(tried.tries for tried in batch.tried.values())
            self.dropped += lost
            log.warning("tries.lost", tenant=batch.ctx.tenant, tries=lost, dropped=self.dropped, error=str(error))
