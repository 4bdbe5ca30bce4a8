"""Many tenants: the same authorization in a database with two and in one with many, and a migration over all of them."""

import asyncio
from time import perf_counter

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from roamgrid.cli.bench.bodies import authorizations
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.lines.authorize import ALLOWED
from roamgrid.cli.bench.lines.step_back import step_back
from roamgrid.cli.bench.rounds import in_turns, median_ratio, middle
from roamgrid.cli.bench.stand import WARM_UP_S, NotAsExpected, Sample, Stand
from roamgrid.cli.bench.world import Cell, furnish, prepare, with_database
from roamgrid.kernel.embedded import ServiceUrls
from roamgrid.tenancy import migrations

TENANTS = 200
_CARDS = 50
_NAMES = {"few": 2, "many": TENANTS}
_SAME_REQUEST = Budget(1.15, Better.LOWER)
_MIGRATION_S = Budget(20 * TENANTS / 1000, Better.LOWER, of_ratio=False)
"""Twenty seconds for a thousand tenants."""


async def measure(stand: Stand) -> list[Figure]:
    """Two databases on one server, furnished alike but for the number of tenants."""
    cells, made_s = {}, 0.0
    for name, tenants in _NAMES.items():
        began = perf_counter()
        cells[name] = await _cell(stand, name, tenants)
        made_s = perf_counter() - began
    try:
        request = await _same_request(stand, cells["few"], cells["many"])
        return [request, await _migration(cells["many"], made_s)]
    finally:
        for name in _NAMES:
            await _drop_database(stand, name)


async def _cell(stand: Stand, name: str, tenants: int) -> Cell:
    async with await AsyncConnection.connect(stand.cell.urls.database_url, autocommit=True) as owner:
        await owner.execute(SQL("create database {}").format(Identifier(name)))
    urls = ServiceUrls(with_database(stand.cell.urls.database_url, name), stand.cell.urls.redis_url)
    settings = await asyncio.to_thread(prepare, urls, stand.cell.settings, tenants)
    return await furnish(urls, settings, tenants, cards=_CARDS)


async def _drop_database(stand: Stand, name: str) -> None:
    """Its roles stay: they belong to the server, which ends with the measurement."""
    async with await AsyncConnection.connect(stand.cell.urls.database_url, autocommit=True) as owner:
        await owner.execute(SQL("drop database {} with (force)").format(Identifier(name)))


async def _same_request(stand: Stand, few: Cell, many: Cell) -> Figure:
    """The first brand's partner asks in both; `spread`: in the large one every brand's partner asks."""
    uids = [f"CARD{number:06}" for number in range(_CARDS)]
    same = authorizations(few.brands[0], uids)
    everyone = [one for uid in uids for brand in many.brands for one in authorizations(brand, [uid])]
    async with stand.api(few) as with_few, stand.api(many) as with_many:
        for target, requests in ((with_few, same), (with_many, same), (with_many, everyone)):
            await stand.load(target, requests, marker=ALLOWED, seconds=WARM_UP_S)
        ours, beside = await in_turns(
            stand.rounds,
            lambda: stand.load(with_many, same, marker=ALLOWED),
            lambda: stand.load(with_few, same, marker=ALLOWED),
        )
        spread = await stand.load(with_many, everyone, marker=ALLOWED)
    one, other = middle(ours, _rate), middle(beside, _rate)
    return Figure(
        name="tenants",
        what=f"time of the same authorization with {TENANTS} tenants",
        value=1e6 / one.per_second,
        unit="us a request",
        ceiling=1e6 / other.per_second,
        ceiling_is=f"with {_NAMES['few']} tenants",
        ratio=median_ratio([_rate(sample) for sample in beside], [_rate(sample) for sample in ours]),
        budget=_SAME_REQUEST,
        details={
            "cpu_us": one.cpu_us,
            "few_cpu_us": other.cpu_us,
            "spread_us": 1e6 / spread.per_second,
            "spread_cpu_us": spread.cpu_us,
        },
    )


async def _migration(cell: Cell, made_s: float) -> Figure:
    """The newest revision, taken back first; what is measured is `roamgrid migrate`."""
    url = cell.urls.database_url
    schemas = [brand.ctx.binding.schema for brand in cell.brands]
    await asyncio.to_thread(step_back, url, schemas)
    began = perf_counter()
    done = await asyncio.to_thread(migrations.migrate, url)
    took = perf_counter() - began
    if failed := [one for one in done if one.error]:
        raise NotAsExpected(f"{len(failed)} schemas were not migrated: {failed[0]}")
    return Figure(
        name="migration",
        what=f"one revision applied to {len(schemas)} tenants",
        value=took,
        unit="s",
        budget=_MIGRATION_S,
        details={"ms_a_tenant": took / len(schemas) * 1000, "made_from_nothing_ms_a_tenant": made_s / len(schemas) * 1000},
    )


def _rate(sample: Sample) -> float:
    return sample.per_second
