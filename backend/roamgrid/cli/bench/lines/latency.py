"""Events: from commit to the start of the handler, in a real worker, at a steady rate."""

import asyncio
from collections.abc import Callable
from time import perf_counter

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from roamgrid.cli.bench.bodies import session
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.stand import NotAsExpected, Stand
from roamgrid.core.sessions import service as sessions
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.tenancy.database import Database

PER_SECOND = 200
_WARM_UP_EVENTS = 100
_LEAST_SECONDS = 5
_START_S, _DRAIN_S = 60.0, 60.0
_BUDGET = Budget(500, Better.LOWER, of_ratio=False)

# An inbox row is deleted in its handler's own transaction, whose now() is when the handler began. `created_at` is when the
# publishing transaction began, a little before its commit: what is measured is never less than commit to start.
INSTALL = (
    "create table platform.bench_latency (event_id uuid not null, ms float8 not null)",
    """
    create function platform.bench_note() returns trigger language plpgsql security definer as $$
    begin
        insert into platform.bench_latency values (old.event_id, extract(epoch from now() - old.created_at) * 1000);
        return old;
    end $$""",
    "create trigger bench_note after delete on platform.inbox for each row execute function platform.bench_note()",
)
REMOVE = ("drop function platform.bench_note cascade", "drop table platform.bench_latency")
READ = """
select count(*), count(distinct event_id), coalesce(percentile_cont(0.5) within group (order by ms), 0),
       coalesce(percentile_cont(0.99) within group (order by ms), 0), coalesce(max(ms), 0) from platform.bench_latency"""
WAITING = "select (select count(*) from platform.outbox) + (select count(*) from platform.inbox where not parked)"


async def measure(stand: Stand) -> list[Figure]:
    """Session reports, each in a transaction of its own; every delivery to every subscription counts."""
    database = Database(stand.cell.urls.database_url)
    await database.open()
    await stand.truncate("platform.outbox", "platform.inbox")
    async with await AsyncConnection.connect(database.url, autocommit=True) as owner:
        for statement in INSTALL:
            await owner.execute(statement)
        try:
            async with stand.worker() as worker:
                await _publish(database, stand, _WARM_UP_EVENTS, _WARM_UP_EVENTS)
                await drained(owner, _START_S, worker.check)
                await owner.execute("truncate platform.bench_latency")
                before = worker.cpu_seconds()
                events = int(PER_SECOND * max(stand.seconds * stand.rounds, _LEAST_SECONDS))
                took = await _publish(database, stand, events, PER_SECOND)
                await drained(owner, _DRAIN_S, worker.check)
                used = worker.cpu_seconds() - before
            row = await (await owner.execute(READ)).fetchone()
        finally:
            for statement in REMOVE:
                await owner.execute(statement)
            await database.close()
    if row is None or row[1] != events:
        raise NotAsExpected(f"{row and row[1]} of {events} events were handled")
    return [_figure(row, events / took, used)]


async def drained(owner: AsyncConnection[TupleRow], seconds: float, check: Callable[[], None]) -> None:
    """Until no event waits. Raises `NotAsExpected` after `seconds`, and what `check` raises when nobody works any more."""
    waiting = -1
    end = perf_counter() + seconds
    while waiting and perf_counter() < end:
        check()
        await asyncio.sleep(0.05)
        row = await (await owner.execute(WAITING)).fetchone()
        waiting = row[0] if row else -1
    if waiting:
        raise NotAsExpected(f"{waiting} events still wait after {seconds:.0f} s")


async def _publish(database: Database, stand: Stand, events: int, per_second: int) -> float:
    """At a steady rate, whatever the answers; returns how long it took."""
    brand = stand.brands[0]
    adapter = adapter_for(brand.connection.version, brand.connection.dialect)

    async def publish(number: int) -> None:
        raw = json.dumps(session(brand, f"EVENT{number:08}"))
        value = adapter.read(kinds.SESSION, raw).value
        async with database.work(brand.ctx) as work:
            await sessions.put(work, brand.connection.id, value, raw)

    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(events):
            group.create_task(publish(number))
            await asyncio.sleep(max(0.0, began + (number + 1) / per_second - perf_counter()))
    return perf_counter() - began


def _figure(row: TupleRow, rate: float, cpu_s: float) -> Figure:
    deliveries, _, p50, p99, worst = row
    return Figure(
        name="latency",
        what="event, commit to handler start, 99 of 100 deliveries, one worker",
        value=p99,
        unit="ms",
        budget=_BUDGET,
        details={
            "p50_ms": p50,
            "max_ms": worst,
            "events_per_s": rate,
            "deliveries": deliveries,
            "worker_cpu_us": cpu_s / deliveries * 1e6,
        },
    )
