"""How exchanges with partners end: counted by the minute, kept for a day and an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from roamgrid.tenancy.database import Work

KEPT_FOR = timedelta(hours=25)


class Way(StrEnum):
    """Who asked: INBOUND the partner, OUTBOUND we."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Outcome(StrEnum):
    """OK: as asked. REFUSED: understood, answered no. FAILED: no usable answer. HELD_BACK: we did not let it through."""

    OK = "ok"
    REFUSED = "refused"
    FAILED = "failed"
    HELD_BACK = "held_back"


@dataclass(frozen=True, slots=True)
class Slot:
    """What is counted together."""

    connection: UUID
    way: Way
    outcome: Outcome
    minute: datetime


@dataclass(slots=True)
class Tally:
    """How many, and how long they took in all, in milliseconds."""

    requests: int = 0
    busy_ms: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """The exchanges of one way in a span of time. Times in milliseconds."""

    requests: int = 0
    refused: int = 0
    failed: int = 0
    held_back: int = 0
    mean_ms: int | None = None

    @property
    def error_share(self) -> float | None:
        """Failures among what was let through, 0 to 1; None without any."""
        through = self.requests - self.held_back
        return self.failed / through if through else None


# Sorted: two processes that count the same slots lock them in the same order. A connection that is gone counts nothing.
_ADD = """
insert into ocpi_traffic as t (connection, way, minute, outcome, requests, busy_ms)
select seen.*
  from unnest(%(connections)s::uuid[], %(ways)s::text[], %(minutes)s::timestamptz[], %(outcomes)s::text[],
              %(requests)s::bigint[], %(busy)s::bigint[]) as seen (connection, way, minute, outcome, requests, busy_ms)
  join ocpi_connection c on c.id = seen.connection
 order by seen.connection, seen.way, seen.minute, seen.outcome
on conflict (connection, way, minute, outcome) do update
   set requests = t.requests + excluded.requests, busy_ms = t.busy_ms + excluded.busy_ms"""

_FORGET = "delete from ocpi_traffic where minute < %(before)s"

_RATES = """
select connection, way, coalesce(sum(requests), 0)::bigint as requests,
       coalesce(sum(requests) filter (where outcome = 'refused'), 0)::bigint as refused,
       coalesce(sum(requests) filter (where outcome = 'failed'), 0)::bigint as failed,
       coalesce(sum(requests) filter (where outcome = 'held_back'), 0)::bigint as held_back,
       (sum(busy_ms) filter (where outcome <> 'held_back')
        / nullif(sum(requests) filter (where outcome <> 'held_back'), 0))::bigint as mean_ms
  from ocpi_traffic where minute >= %(since)s group by connection, way"""


async def add(work: Work, tallies: dict[Slot, Tally]) -> None:
    """One statement however many there are; none costs nothing."""
    if not tallies:
        return
    slots = list(tallies)
    await work.conn.execute(
        _ADD,
        {
            "connections": [slot.connection for slot in slots],
            "ways": [slot.way.value for slot in slots],
            "minutes": [slot.minute for slot in slots],
            "outcomes": [slot.outcome.value for slot in slots],
            "requests": [tallies[slot].requests for slot in slots],
            "busy": [tallies[slot].busy_ms for slot in slots],
        },
    )


async def forget_old(work: Work) -> None:
    """Delete what nobody looks at any more."""
    await work.conn.execute(_FORGET, {"before": work.ctx.clock.now() - KEPT_FOR})


async def rates(work: Work, span: timedelta) -> dict[tuple[UUID, Way], Rate]:
    """Every connection's exchanges in the last `span`, whole minutes."""
    since = work.ctx.clock.now() - span
    rows = await (await work.conn.execute(_RATES, {"since": since})).fetchall()
    return {
        (row["connection"], Way(row["way"])): Rate(
            row["requests"], row["refused"], row["failed"], row["held_back"], row["mean_ms"]
        )
        for row in rows
    }
