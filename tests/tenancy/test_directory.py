"""Brands are found by host or by name, and a flood of wrong names costs nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import create_engine, make_url

from roamgrid.kernel.clock import FixedClock
from roamgrid.tenancy import apply as tenancy
from roamgrid.tenancy import migrations
from roamgrid.tenancy.context import TenantSlug
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.declaration import TenantDeclaration
from roamgrid.tenancy.directory import Directory, UnknownTenant
from roamgrid.tenancy.naming import RoleNames
from tests.builders import NOON
from tests.tenancy.conftest import brand


class Counting(Directory):
    """Counts how often the database is asked."""

    reads = 0

    async def _read(self) -> None:
        self.reads += 1
        await super()._read()


@pytest.fixture
async def directory(new_url: str) -> AsyncIterator[Counting]:
    """A directory with one brand and a clock that stands still."""
    migrations.migrate(new_url)
    declare(new_url, brand())
    database = Database(new_url, max_connections=2)
    await database.open()
    try:
        yield Counting(database, FixedClock(NOON))
    finally:
        await database.close()


def declare(url: str, declared: TenantDeclaration) -> None:
    """What the directory holds of a brand; its schema does not matter here."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    binding = RoleNames.of(url).binding(TenantSlug(declared.slug))
    with engine.begin() as connection:
        tenancy._write(connection, declared, binding.schema, binding.role)
    engine.dispose()


def later(directory: Directory, seconds: float) -> None:
    assert isinstance(directory.clock, FixedClock)
    directory.clock.advance(timedelta(seconds=seconds))


async def test_a_host_is_one_however_it_is_written(directory: Counting) -> None:
    for host in ("acme.localhost", "acme.localhost:8080", "ACME.localhost", "acme.localhost."):
        tenant = await directory.by_host(host)
        assert (tenant.slug, tenant.binding.schema, tenant.declaration) == ("acme", "t_acme", brand())
    assert tenant.context("driver:1").actor == "driver:1"


async def test_an_unknown_host_is_nobody(directory: Counting) -> None:
    for host in ("", "localhost", "evil.acme.localhost", "[::1]:8080", "acme.localhost:8080:8080"):
        with pytest.raises(UnknownTenant):
            await directory.by_host(host)


async def test_what_is_known_is_asked_again_after_five_seconds(directory: Counting) -> None:
    for seconds, reads in ((0, 1), (4.9, 1), (0.2, 2)):
        later(directory, seconds)
        await directory.by_slug("acme")
        assert directory.reads == reads


async def test_a_new_brand_is_found_within_half_a_second(directory: Counting) -> None:
    await directory.by_slug("acme")
    declare(directory.database.url, brand("other", "OTH"))
    with pytest.raises(UnknownTenant):
        await directory.by_slug("other")
    later(directory, 0.6)
    assert (await directory.by_slug("other")).slug == "other"


async def test_a_flood_of_wrong_hosts_reads_once(directory: Counting) -> None:
    answers = await asyncio.gather(*(directory.by_host(f"x{n}.localhost") for n in range(50)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {UnknownTenant}
    assert directory.reads == 1


async def test_a_clock_that_is_set_back_does_not_freeze_the_directory(directory: Counting) -> None:
    await directory.by_slug("acme")
    later(directory, -3600)
    await directory.by_slug("acme")
    assert directory.reads == 2


async def test_a_brand_that_cannot_be_read_does_not_take_the_others_down(directory: Counting) -> None:
    declare(directory.database.url, brand("other", "OTH"))
    async with await psycopg.AsyncConnection.connect(directory.database.url) as owner:
        await owner.execute("update platform.tenant set declaration = '{\"slug\": \"other\"}' where slug = 'other'")
    assert [tenant.slug for tenant in await directory.all()] == ["acme"]
    with pytest.raises(UnknownTenant):
        await directory.by_host("other.localhost")
