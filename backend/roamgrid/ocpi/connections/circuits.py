"""Whether a partner is being left alone: what one process found out, for the others and for people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from roamgrid.tenancy.database import Work


@dataclass(frozen=True, slots=True)
class Circuit:
    """`open`: calls fail at once until `retry_at`, when one may try. `reason`: of the last failure."""

    open: bool
    failures: int
    reason: str
    changed_at: datetime
    retry_at: datetime | None
    times_opened: int


# `changed_at` stays while it opens again and again: it says since when the partner is down.
_NOTE = """
insert into ocpi_circuit as c (connection, open, failures, reason, changed_at, retry_at, times_opened)
select id, %(open)s, %(failures)s, %(reason)s, %(now)s, %(retry_at)s, case when %(open)s then 1 else 0 end
  from ocpi_connection where id = %(connection)s
on conflict (connection) do update
   set open = excluded.open, failures = excluded.failures,
       reason = case when excluded.open then excluded.reason else c.reason end,
       changed_at = case when c.open = excluded.open then c.changed_at else excluded.changed_at end,
       retry_at = excluded.retry_at,
       times_opened = c.times_opened + case when excluded.open and not c.open then 1 else 0 end"""

_CLOSE = """
update ocpi_circuit set open = false, failures = 0, changed_at = %(now)s, retry_at = null
 where connection = any(%(connections)s) and open and coalesce(retry_at, '-infinity') <= %(now)s returning connection"""

_ALL = "select connection, open, failures, reason, changed_at, retry_at, times_opened from ocpi_circuit"


async def note(work: Work, connection: UUID, *, opened: bool, failures: int, reason: str, retry_at: datetime | None) -> None:
    """A breaker opened, opened again or closed."""
    params = {
        "connection": connection,
        "open": opened,
        "failures": failures,
        "reason": reason[:300].replace("\0", ""),
        "now": work.ctx.clock.now(),
        "retry_at": retry_at,
    }
    await work.conn.execute(_NOTE, params)


async def close_answering(work: Work, connections: Collection[UUID]) -> list[UUID]:
    """These answered: a circuit that another process opened, whose cool-down is over, is closed. Returns which were."""
    params = {"connections": list(connections), "now": work.ctx.clock.now()}
    rows = await (await work.conn.execute(_CLOSE, params)).fetchall()
    return [row["connection"] for row in rows]


async def all_circuits(work: Work) -> dict[UUID, Circuit]:
    """By connection; one that never opened is not there."""
    rows = await (await work.conn.execute(_ALL)).fetchall()
    return {
        row["connection"]: Circuit(
            row["open"], row["failures"], row["reason"], row["changed_at"], row["retry_at"], row["times_opened"]
        )
        for row in rows
    }
