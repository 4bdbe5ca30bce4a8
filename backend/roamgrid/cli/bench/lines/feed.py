"""The location feed: from page bodies in memory to rows that a search finds."""

from time import perf_counter

import psycopg

from roamgrid.cli.bench import network
from roamgrid.cli.bench.ceilings import copy
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.rounds import in_turns, median_ratio, middle
from roamgrid.cli.bench.stand import NotAsExpected, Stand
from roamgrid.cli.bench.world import Brand
from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import LocationCounts
from roamgrid.core.received import ObjectKey
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.outbound.feed import Feed
from roamgrid.ocpi.outbound.set_feed import LOCATIONS, TARIFFS
from roamgrid.ocpi.wire.common.envelope import read_envelope, split
from roamgrid.tenancy.database import Database

TABLES = ("tariff_version", "location", "evse", "connector")
_BUDGET = Budget(0.2, Better.HIGHER)


async def measure(stand: Stand) -> list[Figure]:
    """A first full pull without its HTTP, one process, one transaction a page, against one COPY of the rows it made."""
    brand = stand.brands[0]
    pages = _pages(stand, brand)
    schema = brand.ctx.binding.schema
    database = Database(stand.cell.urls.database_url)
    await database.open()
    try:
        async with await psycopg.AsyncConnection.connect(database.url, autocommit=True) as owner:

            async def ours() -> float:
                await stand.truncate(*(f"{schema}.{table}" for table in TABLES))
                began = perf_counter()
                for feed, bodies in pages.items():
                    await take_in(database, brand, feed, bodies)
                return perf_counter() - began

            await ours()
            await _check(database, brand, stand)
            rows = await copy.export(owner, schema, TABLES)
            await copy.make_tables(owner, schema, TABLES)

            async def ceiling() -> float:
                await stand.truncate(*(f"{copy.SCHEMA}.{table}" for table in TABLES))
                began = perf_counter()
                await copy.copy(owner, rows)
                return perf_counter() - began

            samples = await in_turns(stand.rounds, {"ours": ours, "ceiling": ceiling})
            await copy.drop_tables(owner)
            counted = await _count(database, brand)
    finally:
        await database.close()
    return [_figure(stand, samples["ours"], samples["ceiling"], counted)]


async def load_network(stand: Stand) -> None:
    """Have the network in the first brand's store, for lines that read it."""
    brand = stand.brands[0]
    database = Database(stand.cell.urls.database_url)
    await database.open()
    try:
        if not (await _count(database, brand)).locations:
            for feed, bodies in _pages(stand, brand).items():
                await take_in(database, brand, feed, bodies)
    finally:
        await database.close()


async def take_in(database: Database, brand: Brand, feed: Feed, bodies: list[bytes]) -> None:
    """What a full pull does with its pages, from the envelope to the end of the crawl."""
    connection = brand.connection
    adapter = adapter_for(connection.version, connection.dialect)
    seen: set[ObjectKey] = set()
    for body in bodies:
        page = split(read_envelope(body).data or b"[]")
        async with database.work(brand.ctx) as work:
            stored = await feed.store(work, connection, adapter, page)
            await deviations.record(work, connection.id, feed.module, stored.deviations)
        seen |= stored.seen
    async with database.work(brand.ctx) as work:
        await feed.finish(work, connection, seen)


def _pages(stand: Stand, brand: Brand) -> dict[Feed, list[bytes]]:
    size = adapter_for(brand.connection.version, brand.connection.dialect).dialect.page_size
    return {
        TARIFFS: network.pages(stand.network.tariffs, size),
        LOCATIONS: network.pages(stand.network.locations, size),
    }


async def _check(database: Database, brand: Brand, stand: Stand) -> None:
    """A feed that loses objects is fast."""
    found = (await _count(database, brand)).locations
    expected = len(stand.network.locations)
    if found != expected:
        raise NotAsExpected(f"{found} of {expected} locations were stored: the data holds objects that cannot be read")


async def _count(database: Database, brand: Brand) -> LocationCounts:
    async with database.work(brand.ctx) as work:
        return await locations.counts(work, brand.connection.id)


def _figure(stand: Stand, ours: list[float], ceiling: list[float], counted: LocationCounts) -> Figure:
    one, other = middle(ours, float), middle(ceiling, float)
    return Figure(
        name="feed",
        what="a full pull of locations and tariffs: split, read, mapped, stored",
        value=counted.locations / one,
        unit="locations/s",
        ceiling=counted.locations / other,
        ceiling_is="PostgreSQL COPY (binary) of the same rows into tables with the same indexes",
        ratio=median_ratio(ceiling, ours),
        budget=_BUDGET,
        details={
            "seconds": one,
            "ceiling_seconds": other,
            "locations": counted.locations,
            "evses": counted.evses,
            "connectors": counted.connectors,
            "tariffs": len(stand.network.tariffs),
        },
    )
