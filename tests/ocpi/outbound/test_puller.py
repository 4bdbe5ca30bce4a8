"""The pull scheduler: whose turn it is, who takes it, and what a partner that hangs costs the others."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from roamgrid.kernel.clock import FixedClock
from roamgrid.ocpi.connections import circuits
from roamgrid.ocpi.outbound import client as client_module
from roamgrid.ocpi.outbound import lease as lease_module
from roamgrid.ocpi.outbound.clients import PartnerClients
from roamgrid.ocpi.outbound.errors import SyncRunning
from roamgrid.ocpi.outbound.lease import leased
from roamgrid.ocpi.outbound.pull import PullService
from roamgrid.ocpi.outbound.puller import Puller
from roamgrid.ocpi.outbound.running import Running
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory
from tests.conftest import Brands
from tests.ocpi import objects
from tests.ocpi.outbound.partner import Answering, FakePartner
from tests.ocpi.outbound.world import Link, connected

QUARTER = timedelta(minutes=15)
MakePuller = Callable[[], Puller]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "_pause_s", lambda _attempt: 0.0)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC))


@pytest.fixture
def ctx(brands: Brands, clock: FixedClock) -> TenantContext:
    return replace(brands.voltara, clock=clock)


@pytest.fixture
async def make(database: Database, clients: PartnerClients, directory: Directory, link: Link) -> AsyncIterator[MakePuller]:
    """Workers: each has places of its own."""
    made: list[Puller] = []

    def one(running: Running | None = None) -> Puller:
        service = PullService(database, clients, directory)
        made.append(Puller(database, link.connections, service, QUARTER, running if running is not None else Running(8, 4)))
        return made[-1]

    yield one
    for puller in made:
        await puller.close()


async def turn(puller: Puller, ctx: TenantContext) -> int:
    begun = await puller.begin_due(ctx)
    await puller.idle()
    return begun


async def planned(link: Link) -> dict[str, dict[str, Any]]:
    rows = await link.rows("select module, next_at, failures, last_error from ocpi_pull")
    return {row["module"]: row for row in rows}


async def test_a_new_partner_is_pulled_within_half_a_minute_and_then_once_an_interval(
    make: MakePuller, ctx: TenantContext, clock: FixedClock, partner: FakePartner, link: Link
):
    partner.lists = {"locations": [objects.location()], "tariffs": [objects.tariff()], "sessions": [], "cdrs": []}
    puller = make()
    await turn(puller, ctx)
    clock.advance(timedelta(seconds=30))
    assert await turn(puller, ctx) <= 1
    assert len([asked for asked in partner.asked if asked.path == "/locations"]) == 1
    assert await turn(puller, ctx) == 0
    clock.advance(1.5 * QUARTER)
    assert await turn(puller, ctx) == 1
    assert len([asked for asked in partner.asked if asked.path == "/locations"]) == 2


async def test_two_workers_share_the_turns(
    make: MakePuller, ctx: TenantContext, clock: FixedClock, partner: FakePartner, database: Database, link: Link
):
    for _ in range(5):
        await connected(database, link.ctx, partner, modules=("tariffs",))
    partner.lists = {"tariffs": [], "locations": [], "sessions": [], "cdrs": []}
    first, second = make(), make()
    await turn(first, ctx)
    await first.idle()
    partner.asked.clear()
    clock.advance(1.5 * QUARTER)
    begun = [await first.begin_due(ctx), await second.begin_due(ctx)]
    await first.idle()
    await second.idle()
    assert (begun, len([asked for asked in partner.asked if asked.path == "/tariffs"])) == ([4, 2], 6)


async def test_failures_put_a_module_off_longer_each_time(
    make: MakePuller, ctx: TenantContext, clock: FixedClock, partner: FakePartner, link: Link
):
    partner.script = {"/tariffs": [Answering(404)] * 3}
    partner.lists = {"locations": [], "sessions": [], "cdrs": [], "tariffs": []}
    puller = make()
    await turn(puller, ctx)
    waits = []
    for _ in range(3):
        clock.advance(timedelta(hours=2))
        await turn(puller, ctx)
        row = (await planned(link))["tariffs"]
        waits.append((row["failures"], (row["next_at"] - clock.now()) / QUARTER))
    assert [count for count, _ in waits] == [1, 2, 3]
    for (_, wait), full in zip(waits, (1, 2, 4), strict=True):
        assert 0.75 * full <= wait <= full
    assert (await planned(link))["locations"]["failures"] == 0
    clock.advance(timedelta(hours=2))
    await turn(puller, ctx)
    row = (await planned(link))["tariffs"]
    assert (row["failures"], row["last_error"]) == (0, None)


async def test_a_black_holed_partner_holds_up_nobody(
    make: MakePuller,
    ctx: TenantContext,
    clock: FixedClock,
    partner: FakePartner,
    database: Database,
    blackhole: str,
    link: Link,
):
    """The others are pulled while it still hangs in its place."""
    hole = await connected(database, link.ctx, FakePartner(url=blackhole), modules=("tariffs",))
    partner.lists = {"tariffs": [], "locations": [], "sessions": [], "cdrs": []}
    puller = make()
    await puller.begin_due(ctx)
    clock.advance(timedelta(seconds=30))
    for _ in range(3):
        await puller.begin_due(ctx)
    while puller.running.under_way > 1:
        await pause()
    pulled = await link.rows("select distinct connection from ocpi_pull where last_pull_at is not null")
    assert [row["connection"] for row in pulled] == [link.connection.id]
    assert puller.running.under_way == 1
    assert hole.connection.id not in [row["connection"] for row in pulled]


async def test_one_tenants_slow_partners_leave_places_to_the_other_tenant(
    make: Callable[[Running], Puller],
    brands: Brands,
    ctx: TenantContext,
    clock: FixedClock,
    partner: FakePartner,
    database: Database,
    blackhole: str,
    link: Link,
):
    for _ in range(6):
        await connected(database, brands.voltara, FakePartner(url=blackhole), modules=("tariffs",))
    theirs = await connected(database, brands.kilowind, partner, modules=("tariffs",))
    partner.lists = {"tariffs": [], "locations": [], "sessions": [], "cdrs": []}
    other = replace(brands.kilowind, clock=clock)
    puller = make(Running(5, 4))
    for brand in (ctx, other):
        await puller.begin_due(brand)
    clock.advance(timedelta(seconds=30))
    await puller.begin_due(ctx)
    assert puller.running.room(ctx.tenant) == 0
    assert puller.running.room(other.tenant) == 1
    await puller.begin_due(other)
    while not await theirs.rows("select from ocpi_pull where last_pull_at is not null"):
        await pause()


async def test_a_partner_that_is_left_alone_keeps_its_turn(
    make: MakePuller, ctx: TenantContext, clock: FixedClock, partner: FakePartner, link: Link
):
    partner.lists = {"tariffs": [], "locations": [], "sessions": [], "cdrs": []}
    puller = make()
    await puller.begin_due(ctx)
    await puller.idle()
    partner.asked.clear()
    clock.advance(2 * QUARTER)
    async with link.database.work(ctx) as work:
        retry_at = clock.now() + timedelta(seconds=15)
        await circuits.note(work, link.connection.id, opened=True, failures=5, reason="HTTP 502", retry_at=retry_at)
    assert await turn(puller, ctx) == 0
    clock.advance(timedelta(seconds=15))
    assert await turn(puller, ctx) == 1


async def test_the_second_sync_of_a_connection_is_told_that_one_runs(
    database: Database, clients: PartnerClients, directory: Directory, link: Link, partner: FakePartner
):
    service = PullService(database, clients, directory)
    async with leased(database, link.ctx, link.connection):
        with pytest.raises(SyncRunning, match="Greenfield is being pulled already"):
            await service.sync(link.ctx, link.connection)
    partner.lists = {"tariffs": [], "locations": [], "sessions": [], "cdrs": []}
    assert (await service.sync(link.ctx, link.connection)).succeeded


async def test_the_sync_of_a_worker_that_died_is_taken_over_and_its_pages_are_not_stored(
    database: Database, link: Link, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lease_module, "HELD_FOR", timedelta(0))
    monkeypatch.setattr(lease_module, "_RENEW_S", 0.01)
    async with leased(database, link.ctx, link.connection) as first:
        monkeypatch.setattr(lease_module, "HELD_FOR", timedelta(seconds=90))
        async with leased(database, link.ctx, link.connection) as second:
            while not first.lost:
                await pause()
            with pytest.raises(SyncRunning, match="taken this sync over"):
                first.check()
            second.check()
    assert await link.rows("select * from ocpi_sync_lease") == []


async def test_locations_and_tariffs_are_pulled_as_a_whole_once_a_day(
    database: Database, clients: PartnerClients, directory: Directory, link: Link, partner: FakePartner, ctx: TenantContext,
    clock: FixedClock,
):  # fmt: skip
    partner.lists = {"tariffs": [], "locations": [objects.location()], "sessions": [], "cdrs": [objects.cdr()]}
    service = PullService(database, clients, directory)

    async def full() -> dict[str, bool]:
        return {module.module: module.full for module in (await service.sync(ctx, link.connection)).modules}

    assert set((await full()).values()) == {True}
    clock.advance(timedelta(hours=23))
    assert set((await full()).values()) == {False}
    clock.advance(timedelta(hours=1))
    assert await full() == {"tariffs": True, "locations": True, "sessions": False, "cdrs": False}


@pytest.mark.isolation
async def test_a_tenants_turn_pulls_its_own_partners_only(
    make: MakePuller, brands: Brands, clock: FixedClock, partner: FakePartner, link: Link
):
    puller = make()
    clock.advance(timedelta(hours=1))
    other = replace(brands.kilowind, clock=clock)
    assert await turn(puller, other) == 0
    clock.advance(timedelta(hours=1))
    assert await turn(puller, other) == 0
    assert partner.asked == []


async def pause() -> None:
    """Let whatever is under way go on."""
    await asyncio.sleep(0.01)
