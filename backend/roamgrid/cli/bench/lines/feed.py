"""The location feed: from page bodies in memory to rows that a search finds."""

from time import perf_counter

from psycopg import AsyncConnection

from roamgrid.cli.bench.ceilings import copy
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.lines.pull import InMemoryPull, Pulled
from roamgrid.cli.bench.rounds import in_turns, median_ratio, middle
from roamgrid.cli.bench.stand import Stand
from roamgrid.cli.bench.world import Brand
from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import LocationCounts
from roamgrid.tenancy.database import Database

TABLES = ("tariff_version", "location", "evse", "connector")
_BUDGET = Budget(0.2, Better.HIGHER)


async def measure(stand: Stand) -> list[Figure]:
    """A first full pull without its network, one process, against one COPY of the rows that it made."""
    brand = stand.brands[0]
    schema = brand.ctx.binding.schema
    database = Database(stand.cell.urls.database_url)
    await database.open()
    try:
        pull = InMemoryPull(database, brand, stand.network)
        async with await AsyncConnection.connect(database.url, autocommit=True) as owner:

            async def ours() -> Pulled:
                await stand.truncate(*(f"{schema}.{table}" for table in TABLES))
                return await pull.run()

            await ours()
            rows = await copy.export(owner, schema, TABLES)
            await copy.make_tables(owner, schema, TABLES)

            async def ceiling() -> float:
                await stand.truncate(*(f"{copy.SCHEMA}.{table}" for table in TABLES))
                began = perf_counter()
                await copy.copy(owner, rows)
                return perf_counter() - began

            samples, beside = await in_turns(stand.rounds, ours, ceiling)
            await copy.drop_tables(owner)
            counted = await _count(database, brand)
    finally:
        await database.close()
    return [_figure(samples, beside, counted, len(stand.network.tariffs))]


async def load_network(stand: Stand) -> None:
    """Have the network in the first brand's store, for lines that read it."""
    brand = stand.brands[0]
    database = Database(stand.cell.urls.database_url)
    await database.open()
    try:
        if not (await _count(database, brand)).locations:
            await InMemoryPull(database, brand, stand.network).run()
    finally:
        await database.close()


async def _count(database: Database, brand: Brand) -> LocationCounts:
    async with database.work(brand.ctx) as work:
        return await locations.counts(work, brand.connection.id)


def _figure(ours: list[Pulled], ceiling: list[float], counted: LocationCounts, tariffs: int) -> Figure:
    one, other = middle(ours, lambda sample: sample.stored_s), middle(ceiling, float)
    return Figure(
        name="feed",
        what="a full pull of locations and tariffs: split, read, mapped, stored",
        value=counted.locations / one.stored_s,
        unit="locations/s",
        ceiling=counted.locations / other,
        ceiling_is="PostgreSQL COPY (binary) of the same rows into tables with the same indexes",
        ratio=median_ratio(ceiling, [sample.stored_s for sample in ours]),
        budget=_BUDGET,
        details={
            "seconds": one.stored_s,
            "whole_sync_s": one.sync_s,
            "ceiling_s": other,
            "locations": counted.locations,
            "evses": counted.evses,
            "connectors": counted.connectors,
            "tariffs": tariffs,
            "refused": one.refused,
        },
    )
