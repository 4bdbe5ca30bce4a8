"""Which pulls are due (`ocpi_pull.next_at`): claimed by the first worker that asks, skipped by the others."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from roamgrid.tenancy.database import Work

CLAIMED_FOR = timedelta(minutes=15)
"""A claimed pull whose worker died is due again after this."""

# A new partner's turn comes soon; the fraction spreads those that came together.
_PLAN = """
insert into ocpi_pull (connection, module, next_at)
select c.id, m.module, %(now)s + %(within)s::interval * (('x' || right(c.id::text, 8))::bit(32)::bigint / 4294967296.0)
  from ocpi_connection c cross join unnest(%(modules)s::text[]) as m (module)
 where c.status = 'registered'
   and not exists (select from ocpi_pull p where p.connection = c.id and p.module = m.module and p.next_at is not null)
on conflict (connection, module) do update set next_at = excluded.next_at where ocpi_pull.next_at is null"""

# Modules of one connection together: they are one sync. A partner that is being left alone would only fail.
_CLAIM = """
with due as (
    select p.connection, min(p.next_at) as since from ocpi_pull p join ocpi_connection c on c.id = p.connection
      left join ocpi_circuit o on o.connection = p.connection
     where p.next_at <= %(now)s and c.status = 'registered'
       and not (coalesce(o.open, false) and coalesce(o.retry_at, '-infinity') > %(now)s)
       and not exists (select from ocpi_sync_lease l where l.connection = p.connection and l.held_until > clock_timestamp())
     group by p.connection order by since limit %(most)s),
taken as (
    select p.connection, p.module from ocpi_pull p join due using (connection)
     where p.next_at <= %(now)s for update of p skip locked)
update ocpi_pull p set next_at = %(until)s from taken
 where p.connection = taken.connection and p.module = taken.module returning p.connection, p.module, p.failures"""

_SET = "update ocpi_pull set next_at = %(at)s where connection = %(connection)s and module = any(%(modules)s)"
_FAILURES = "select module, failures from ocpi_pull where connection = %(connection)s and module = any(%(modules)s)"


@dataclass(frozen=True, slots=True)
class DuePull:
    """One connection's turn: the modules that are due, and how often each has failed in a row."""

    connection: UUID
    failures: dict[str, int]


async def plan(work: Work, modules: Collection[str], within: timedelta) -> None:
    """Give a first turn to what has none."""
    await work.conn.execute(_PLAN, {"modules": list(modules), "within": within, "now": work.ctx.clock.now()})


async def claim(work: Work, most: int) -> list[DuePull]:
    """Take up to `most` connections whose turn it is, the longest waiting first."""
    now = work.ctx.clock.now()
    rows = await (await work.conn.execute(_CLAIM, {"now": now, "until": now + CLAIMED_FOR, "most": most})).fetchall()
    taken: dict[UUID, DuePull] = {}
    for row in rows:
        taken.setdefault(row["connection"], DuePull(row["connection"], {})).failures[row["module"]] = row["failures"]
    return list(taken.values())


async def failures(work: Work, connection: UUID, modules: Collection[str]) -> dict[str, int]:
    """How often each module has failed in a row."""
    params = {"connection": connection, "modules": list(modules)}
    return {row["module"]: row["failures"] for row in await (await work.conn.execute(_FAILURES, params)).fetchall()}


async def set_next(work: Work, connection: UUID, modules: Collection[str], at: datetime) -> None:
    """When these modules' turn is again."""
    await work.conn.execute(_SET, {"connection": connection, "modules": list(modules), "at": at})
