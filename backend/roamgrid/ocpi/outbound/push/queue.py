"""The queue's table: an object waits once, however often it changes; beyond the backlog it is lost, counted, and made up for.

A loss is remembered as a time: everything that changed since then is offered again, oldest change first, as there is room.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.dialects.dialect import dialect
from roamgrid.tenancy.database import Work

LEASED_FOR = timedelta(minutes=2)
"""What a worker that died had taken is sent again after this."""
_CLOCKS_APART = timedelta(minutes=5)
"""An object says that it changed a little before the transaction that lost it."""

Changed = tuple[datetime, str]
"""When an object changed, and its key: the order in which losses are made up for."""

_OFFER = """
insert into ocpi_push as p (connection, kind, key, offered_at, next_at)
select c.id, %(kind)s, %(key)s, %(now)s, %(now)s from ocpi_connection c
 where c.id = %(connection)s and c.status <> 'unregistered'
   and (exists (select from ocpi_push where connection = c.id and kind = %(kind)s and key = %(key)s)
        or (select count(*) from ocpi_push where connection = c.id) < %(backlog)s)
on conflict (connection, kind, key) do update
   set revision = p.revision + 1, attempts = 0, offered_at = excluded.offered_at,
       next_at = least(p.next_at, excluded.next_at)
returning revision"""

_LOSE = """
insert into ocpi_push_loss as l (connection, kind, lost, last_lost_at, missed_since)
select id, %(kind)s, 1, %(now)s, %(since)s from ocpi_connection where id = %(connection)s and status <> 'unregistered'
on conflict (connection, kind) do update
   set lost = l.lost + 1, last_lost_at = excluded.last_lost_at,
       missed_since = coalesce(l.missed_since, excluded.missed_since)"""

_OWE = """
insert into ocpi_push_loss as l (connection, kind, lost, last_lost_at, missed_since)
select id, %(kind)s, 0, %(now)s, %(since)s from ocpi_connection where id = %(connection)s and status <> 'unregistered'
on conflict (connection, kind) do update
   set missed_since = least(l.missed_since, excluded.missed_since),
       missed_after = case when l.missed_since < excluded.missed_since then l.missed_after else '' end"""

# The partner that waited longest first, one row each: whoever has many objects waiting does not stand in front of the others.
_LANES = """
select c.id as connection, lane.next_at from ocpi_connection c
  left join ocpi_circuit o on o.connection = c.id
  cross join lateral (
    select next_at from ocpi_push p
     where p.connection = c.id and p.next_at <= %(now)s and coalesce(p.leased_until, '-infinity') < %(now)s
     order by next_at limit 1) as lane
 where c.status = 'registered' and not (coalesce(o.open, false) and coalesce(o.retry_at, '-infinity') > %(now)s)
   and c.id <> all(%(but)s)
 order by lane.next_at limit %(most)s"""

_TAKE = """
with chosen as (
    select connection, kind, key from ocpi_push
     where connection = %(connection)s and next_at <= %(now)s and coalesce(leased_until, '-infinity') < %(now)s
       and kind = any(%(kinds)s)
     order by next_at
     limit greatest(0, %(most)s - (select count(*) from ocpi_push
                                    where connection = %(connection)s and leased_until >= %(now)s))
       for update skip locked)
update ocpi_push p set leased_until = %(until)s from chosen
 where p.connection = chosen.connection and p.kind = chosen.kind and p.key = chosen.key
returning p.kind, p.key, p.revision, p.attempts"""

# What changed while it was under way waits for its next turn.
_DONE = """
delete from ocpi_push
 where connection = %(connection)s and kind = %(kind)s and key = %(key)s and revision = %(revision)s returning revision"""
_AGAIN = """
update ocpi_push set leased_until = null where connection = %(connection)s and kind = %(kind)s and key = %(key)s"""
_FAILED = """
update ocpi_push
   set leased_until = null, attempts = attempts + 1, error = %(error)s,
       next_at = case when revision = %(revision)s then %(next_at)s else next_at end
 where connection = %(connection)s and kind = %(kind)s and key = %(key)s"""

_ENDED = "delete from ocpi_push p using ocpi_connection c where c.id = p.connection and c.status = 'unregistered'"
_MISSED = """
select l.connection, l.kind, l.missed_since, l.missed_after,
       (select count(*) from ocpi_push p where p.connection = l.connection) as waiting
  from ocpi_push_loss l join ocpi_connection c on c.id = l.connection
 where l.missed_since is not null and c.status = 'registered' and l.kind = any(%(kinds)s) for update of l skip locked"""
_MADE_UP = """
update ocpi_push_loss set missed_since = %(since)s, missed_after = %(after)s
 where connection = %(connection)s and kind = %(kind)s"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An object under way to a partner. `revision`: its state when it was taken; `attempts`: failures before."""

    kind: str
    key: str
    revision: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Objects that did not fit since a time. `after`: of those that changed at that time, the last that did. `waiting`: how
    full the partner's queue is now.
    """

    connection: UUID
    kind: str
    since: datetime
    after: str
    waiting: int

    def concerns(self, changed: Changed) -> bool:
        """Whether a change is among those that were missed."""
        return changed > (self.since, self.after) if self.after else changed[0] >= self.since


async def offer(work: Work, connection: Connection, kind: str, key: str) -> bool:
    """Let a partner be told about an object, with the change that the running transaction makes.

    False when the partner's backlog is full: then it is counted as lost and made up for later. Nothing happens for a
    connection that has ended.
    """
    if await place(work, connection, kind, key):
        return True
    now = work.ctx.clock.now()
    await work.conn.execute(_LOSE, {"connection": connection.id, "kind": kind, "now": now, "since": now - _CLOCKS_APART})
    return False


async def owe(work: Work, connection: Connection, kind: str, since: datetime) -> None:
    """Let a partner be told of everything that changed since then, as there is room: for changes too many to name."""
    params = {"connection": connection.id, "kind": kind, "since": since, "now": work.ctx.clock.now()}
    await work.conn.execute(_OWE, params)


async def place(work: Work, connection: Connection, kind: str, key: str) -> bool:
    """The same where nothing is lost when there is no room."""
    params = {
        "connection": connection.id,
        "kind": kind,
        "key": key,
        "now": work.ctx.clock.now(),
        "backlog": dialect(connection.dialect, connection.version).push_backlog,
    }
    return await (await work.conn.execute(_OFFER, params)).fetchone() is not None


async def lanes(work: Work, most: int, but: Collection[UUID]) -> list[UUID]:
    """Up to `most` connections for which something waits, of others than `but`."""
    params = {"now": work.ctx.clock.now(), "most": most, "but": list(but)}
    return [row["connection"] for row in await (await work.conn.execute(_LANES, params)).fetchall()]


async def take(work: Work, connection: UUID, kinds: Collection[str], most: int) -> list[Waiting]:
    """Objects to be sent now; no more than `most` are under way to a partner, in all processes."""
    now = work.ctx.clock.now()
    params = {"connection": connection, "kinds": list(kinds), "most": most, "now": now, "until": now + LEASED_FOR}
    return [Waiting(**row) for row in await (await work.conn.execute(_TAKE, params)).fetchall()]


async def done(work: Work, connection: UUID, waiting: Waiting) -> None:
    """It was sent, or need not be."""
    params = {"connection": connection, "kind": waiting.kind, "key": waiting.key, "revision": waiting.revision}
    if await (await work.conn.execute(_DONE, params)).fetchone() is None:
        await work.conn.execute(_AGAIN, params)


async def failed(work: Work, connection: UUID, waiting: Waiting, error: str, next_at: datetime) -> None:
    """It could not be sent; a newer state does not wait as long as the one that failed."""
    params = {
        "connection": connection,
        "kind": waiting.kind,
        "key": waiting.key,
        "revision": waiting.revision,
        "error": error[:300].replace("\0", ""),
        "next_at": next_at,
    }
    await work.conn.execute(_FAILED, params)


async def drop_ended(work: Work) -> None:
    """Connections that have ended are told nothing any more."""
    await work.conn.execute(_ENDED)


async def missed(work: Work, kinds: Collection[str]) -> list[Missed]:
    """What did not fit, of registered connections; locked until the transaction ends."""
    rows = await (await work.conn.execute(_MISSED, {"kinds": list(kinds)})).fetchall()
    return [Missed(row["connection"], row["kind"], row["missed_since"], row["missed_after"], row["waiting"]) for row in rows]


async def made_up(work: Work, missed: Missed, until: Changed | None) -> None:
    """It is offered again, up to a change; None: all of it."""
    since, after = until or (None, "")
    params = {"connection": missed.connection, "kind": missed.kind, "since": since, "after": after}
    await work.conn.execute(_MADE_UP, params)
