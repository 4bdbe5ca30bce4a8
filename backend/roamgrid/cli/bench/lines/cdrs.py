"""CDRs: from the operator's POST to a receipt and a journal that balances, in an API process and a worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from psycopg import AsyncConnection

from roamgrid.cli.bench.ceilings import inserts
from roamgrid.cli.bench.ceilings.bare import pool
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.lines.books import Books
from roamgrid.cli.bench.lines.cdr_batches import batches
from roamgrid.cli.bench.load.jobs import Job, Outcome
from roamgrid.cli.bench.processes import child, cpu_seconds
from roamgrid.cli.bench.rounds import in_turns, median_ratio, middle
from roamgrid.cli.bench.stand import NotAsExpected, Stand
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
    async with await AsyncConnection.connect(database.url, autocommit=True) as owner:
        books = Books(owner, stand.brands)
        await inserts.install(owner)
        try:
            async with pool(database.url, "platform") as shared:
                settle = _settling(stand, books, warm_up, iter(posts))
                async with settle as one_round:

                    async def alone() -> float:
                        return len(bodies) / await inserts.store(shared, bodies, _CONNECTIONS)

                    samples = await in_turns(stand.rounds, {"ours": one_round, "ceiling": alone})
        finally:
            await inserts.remove(owner)
        await books.check()
    return [_figure(samples["ours"], samples["ceiling"])]
