"""CDRs: from the operator's POST to a receipt and a journal that balances, in an API process and a worker."""

from dataclasses import dataclass
from time import perf_counter

from psycopg import AsyncConnection

from roamgrid.cli.bench.ceilings import inserts
from roamgrid.cli.bench.ceilings.bare import pool
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.lines.books import Books
from roamgrid.cli.bench.lines.cdr_batches import batches
from roamgrid.cli.bench.load.jobs import Job, Outcome
from roamgrid.cli.bench.processes import Server
from roamgrid.cli.bench.rounds import in_turns, median_ratio, middle
from roamgrid.cli.bench.stand import Stand
from roamgrid.tenancy.database import Database

_A_SECOND = 100
"""So many CDRs a round for each second of `--seconds`; a round lasts until the last one is settled."""
_CONNECTIONS = 32
_SETTLE_S = 300.0
_BUDGET = Budget(0.25, Better.HIGHER)


@dataclass(frozen=True, slots=True)
class Round:
    """`taken_in`: what the operator saw; `seconds`: from the first POST until the last CDR was settled.

    CPU times are the API's and the worker's own, for all of the round.
    """

    taken_in: Outcome
    seconds: float
    api_cpu_s: float
    worker_cpu_s: float

    @property
    def per_second(self) -> float:
        return self.taken_in.completed / self.seconds


async def measure(stand: Stand) -> list[Figure]:
    """Card charges with their tariff inside, billed by the default plan; every one must end as a receipt."""
    database = Database(stand.cell.urls.database_url)
    await database.open()
    count = max(2, int(_A_SECOND * stand.seconds))
    try:
        warm_up, *posts = await batches(database, stand.brands, stand.rounds + 1, count)
    finally:
        await database.close()
    await stand.truncate("platform.outbox", "platform.inbox")
    bodies = [one.partition(b"\r\n\r\n")[2] for one in posts[0]]
    waiting = iter(posts)
    async with await AsyncConnection.connect(database.url, autocommit=True) as owner, pool(database.url, "platform") as shared:
        books = Books(owner, stand.brands)
        await inserts.install(owner)

        async def alone() -> float:
            return len(bodies) / await inserts.store(shared, bodies, _CONNECTIONS)

        try:
            async with stand.api() as api, stand.worker() as worker:
                line = _Line(stand, books, api, worker)
                await line.settle(warm_up)
                await alone()
                ours, ceiling = await in_turns(stand.rounds, lambda: line.settle(next(waiting)), alone)
        finally:
            await inserts.remove(owner)
        await books.check()
    return [_figure(ours, ceiling)]


@dataclass(slots=True)
class _Line:
    """Both processes, and how many CDRs they were given."""

    stand: Stand
    books: Books
    api: Server
    worker: Server
    given: int = 0

    async def settle(self, posts: list[bytes]) -> Round:
        """Post them all, each once, and wait for the last."""
        api, worker = self.api.cpu_seconds(), self.worker.cpu_seconds()
        job = Job(port=self.api.port, requests=posts, seconds=0, once=True, status=201, connections=_CONNECTIONS)
        began = perf_counter()
        taken_in = await self.stand.play(job)
        self.given += len(posts)
        await self.books.wait_for(self.given, _SETTLE_S, self.worker.check)
        seconds = perf_counter() - began
        return Round(taken_in, seconds, self.api.cpu_seconds() - api, self.worker.cpu_seconds() - worker)


def _figure(ours: list[Round], ceiling: list[float]) -> Figure:
    one = middle(ours, lambda sample: sample.per_second)
    count = one.taken_in.completed
    return Figure(
        name="cdrs",
        what="CDR posted, validated, rated, billed and journaled: one API process and one worker",
        value=one.per_second,
        unit="CDRs/s",
        ceiling=middle(ceiling, float),
        ceiling_is="one INSERT and commit of the raw body per CDR",
        ratio=median_ratio([sample.per_second for sample in ours], ceiling),
        budget=_BUDGET,
        details={
            "taken_in_per_s": one.taken_in.per_second,
            "p50_ms": one.taken_in.p50_ms,
            "p99_ms": one.taken_in.p99_ms,
            "api_cpu_us": one.api_cpu_s / count * 1e6,
            "worker_cpu_us": one.worker_cpu_s / count * 1e6,
        },
    )
