"""From the outbox to the inboxes, one transaction a batch; then wake the workers and the live streams.

Redis may lose everything at any time: it carries wake-ups, never the only copy. What nobody finished within `REDISPATCH_AFTER`
is dispatched again from the inbox, a bounded number a second, so that a backlog is not buried under its own reminders.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import DictRow
from redis.exceptions import RedisError

from roamgrid.bus.events import Delivery, Event
from roamgrid.bus.subscriptions import Subscriptions
from roamgrid.kernel import json
from roamgrid.kernel.tasks import cancelled
from roamgrid.tenancy.database import Conn, Database

log = structlog.get_logger(__name__)

BATCH = 500
IDLE_S = 0.05
REDISPATCH_AFTER = timedelta(seconds=5)
"""How long a delivery may wait before its worker counts as gone; doubles with each failed attempt, up to 85 minutes."""
REDISPATCH_EVERY_S = 1.0
REDISPATCH_BATCH = 200
MAX_ATTEMPTS = 12
"""A delivery that failed so often is parked: about four hours after its event, and visibly."""

_TAKE = """
with taken as (
    delete from platform.outbox where id in (
        select id from platform.outbox where xid < pg_snapshot_xmin(pg_current_snapshot())
         order by id limit %(batch)s for update skip locked)
    returning id, event_id, tenant, type, aggregate, aggregate_version, payload, traceparent, created_at),
wanted as (select * from unnest(%(events)s::text[], %(names)s::text[]) as w (event, name)),
filed as (
    insert into platform.inbox (event_id, subscription, tenant, type, aggregate, aggregate_version, payload, traceparent,
                                created_at)
    select event_id, wanted.name, tenant, type, aggregate, aggregate_version, payload, traceparent, created_at
      from taken join wanted on wanted.event = taken.type
    returning event_id, subscription)
select taken.*, array(select subscription from filed where filed.event_id = taken.event_id) as subscriptions
  from taken order by id"""

_OVERDUE = """
update platform.inbox set dispatched_at = now()
 where (event_id, subscription) in (
    select event_id, subscription from platform.inbox
     where not parked and dispatched_at < now() - %(after)s * power(2, least(attempts, 10))
       and coalesce(leased_until, '-infinity') < now()
     order by dispatched_at limit %(batch)s for update skip locked)
returning event_id, subscription, tenant"""

_LEADER = "select pg_try_advisory_xact_lock(7041978) as leader"

Dispatch = Callable[[str, str, UUID], Awaitable[None]]
"""Wake a worker: (tenant, subscription, event id)."""
Broadcast = Callable[[list[Delivery]], Awaitable[None]]
"""Tell live listeners."""


class Relay:
    """Moves a cell's events. Of several relays one works at a time; which one may change with every batch."""

    def __init__(self, database: Database, subscriptions: Subscriptions, dispatch: Dispatch, broadcast: Broadcast) -> None:
        self._database = database
        self._dispatch = dispatch
        self._broadcast = broadcast
        pairs = subscriptions.pairs()
        self._events = [event for event, _ in pairs]
        self._names = [name for _, name in pairs]

    async def run(self) -> None:
        """Relay until cancelled; a database or Redis that is down, or not migrated yet, is waited for."""
        redispatched_at = float("-inf")
        while not cancelled():
            try:
                moved = await self.relay_once()
                if time.monotonic() - redispatched_at > REDISPATCH_EVERY_S:
                    await self.redispatch_once()
                    redispatched_at = time.monotonic()
            except (psycopg.Error, RedisError, OSError) as error:
                log.warning("relay.waiting", error=str(error).splitlines()[0] if str(error) else type(error).__name__)
                moved = 0
                await asyncio.sleep(1)
            if moved < BATCH:
                await asyncio.sleep(IDLE_S)

    async def relay_once(self) -> int:
        """Move one batch; returns how many events left the outbox."""
        async with self._database.platform() as conn:
            if not await _is_leader(conn):
                return 0
            cursor = await conn.execute(_TAKE, {"batch": BATCH, "events": self._events, "names": self._names})
            rows = await cursor.fetchall()
        if not rows:
            return 0
        for row in rows:
            for subscription in row["subscriptions"]:
                await self._dispatch(row["tenant"], subscription, row["event_id"])
        await self._broadcast([delivery_of(row) for row in rows])
        return len(rows)

    async def redispatch_once(self) -> int:
        """Wake workers again for what nobody finished and nobody works on; returns how many deliveries."""
        async with self._database.platform() as conn:
            if not await _is_leader(conn):
                return 0
            rows = await (await conn.execute(_OVERDUE, {"after": REDISPATCH_AFTER, "batch": REDISPATCH_BATCH})).fetchall()
        for row in rows:
            await self._dispatch(row["tenant"], row["subscription"], row["event_id"])
        return len(rows)


def delivery_of(row: DictRow) -> Delivery:
    """An outbox or inbox row as a delivery."""
    event = Event(row["type"], row["aggregate"], row["aggregate_version"], json.loads(row["payload"]))
    return Delivery(row["event_id"], row["tenant"], event, row["created_at"], row["traceparent"])


async def _is_leader(conn: Conn) -> bool:
    row = await (await conn.execute(_LEADER)).fetchone()
    return bool(row and row["leader"])
