"""`verify` holds for what settlement does, and each check finds what somebody with all rights broke."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from psycopg.rows import dict_row

from roamgrid.bus.events import Delivery, Event
from roamgrid.canonical.money import CurrencyCode, Money
from roamgrid.kernel.checks import Check
from roamgrid.kernel.ids import new_id
from roamgrid.settlement import checks, reconcile
from roamgrid.settlement.payments import service as payments
from roamgrid.settlement.tasks import book_captured
from roamgrid.tenancy.database import Work
from tests.builders import NOON, cdr
from tests.settlement.fake_provider import FakeProvider
from tests.settlement.world import DRIVER, World

NOW = timedelta(seconds=-1)
UNGUARDED = b"""
do $$ declare guard record; begin
    for guard in select conrelid::regclass as on_table, conname from pg_constraint
                  where contype in ('f', 'c') and connamespace = current_schema()::regnamespace loop
        execute format('alter table %s drop constraint %I', guard.on_table, guard.conname);
    end loop;
    for guard in select relname from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace loop
        execute format('alter table %I disable trigger user', guard.relname);
    end loop;
end $$"""
"""No foreign key, no check, no trigger: what an owner can do, if only until the roll-back."""

Tampered = Callable[[str], Awaitable[dict[str, Check]]]


@pytest.fixture
async def busy(voltara: World) -> World:
    """One billed and paid charge, one disputed, one exempt, one in error."""
    provider = FakeProvider()
    for reference in ("REF1", "REF2", "REF3"):
        await voltara.grant(reference)
    await payments.hold(voltara.database, voltara.ctx, provider, "REF1", DRIVER, Money(Decimal(50), CurrencyCode("EUR")))
    billed = await voltara.charge(cdr("A"))
    assert billed.receipt is not None
    await payments.capture(voltara.database, voltara.ctx, provider, billed.receipt)
    captured = Delivery(new_id(), "voltara", Event("payment.captured.v1", "payment:REF1", 1, {"payment": "REF1"}), NOON, None)
    async with voltara.database.orm(voltara.ctx) as work:
        await book_captured(work, captured)
    await voltara.charge(cdr("B", authorization_reference="REF2", net="9"))
    await voltara.charge(cdr("C", authorization_reference="REF3", home_charging_compensation=True))
    await voltara.charge(cdr("D", credit=True))
    return voltara


@pytest.fixture
def tampered(busy: World, database_url: str) -> Tampered:
    """All checks after a statement that no trigger, key or constraint could stop; nothing of it remains."""

    async def run(statement: str) -> dict[str, Check]:
        async with owner(database_url, busy) as work:
            await work.conn.execute(statement.encode())
            return {check.name: check for check in await checks.verify(work, NOW)}

    return run


@asynccontextmanager
async def owner(url: str, world: World) -> AsyncIterator[Work]:
    async with await psycopg.AsyncConnection.connect(url, row_factory=dict_row) as connection:
        await connection.execute(f"set local search_path to {world.ctx.binding.schema}".encode())
        await connection.execute(UNGUARDED)
        yield Work(world.ctx, connection)
        await connection.rollback()


async def verified(world: World, grace: timedelta = NOW) -> dict[str, Check]:
    async with world.database.work(world.ctx) as work:
        return {check.name: check for check in await checks.verify(work, grace)}


async def test_everything_holds_and_is_counted(busy: World, kilowind: World):
    results = await verified(busy)
    assert [name for name, check in results.items() if not check.ok] == []
    coverage = results["cdr_coverage"].figures
    assert (coverage["cdrs"], coverage["billed"], coverage["exempt"], coverage["disputed"], coverage["error"]) == (
        4,
        1,
        1,
        1,
        1,
    )
    assert results["payments"].detail == "1 payments, 1 captured"
    assert all(check.ok for check in (await verified(kilowind)).values())


@pytest.mark.parametrize(
    ("statement", "name", "detail"),
    [
        ("delete from disposition where state = 'disputed'", "cdr_coverage", "1 overdue"),
        ("delete from cdr where cdr_id = 'B'", "cdr_coverage", "1 orphans"),
        ("delete from posting where account = 'roaming_cost'", "journal_balance", "1 currencies off; 1 entries off"),
        (
            "update posting set amount = amount + case account when 'roaming_cost' then 1 else -1 end"
            " where account in ('roaming_cost', 'vat_payable')",
            "journal_balance",
            "2 entries off",
        ),
        ("delete from posting where entry = (select id from journal_entry limit 1)", "journal_balance", "1 entries empty"),
        ("delete from journal_entry where kind = 'wholesale'", "journal_balance", "2 postings lost"),
        ("update receipt_line set net = net + 0.01 where position = 1", "receipts_match", "1 lines off"),
        ("update receipt set net = net - 1, gross = gross - 1", "receipts_match", "1 lines off; 1 journal off"),
        ("update posting set account = 'revenue:b2b' where account = 'revenue:ad_hoc'", "receipts_match", "1 journal off"),
        ("delete from receipt", "receipts_match", "1 entries lost"),
        ("delete from receipt", "receipt_numbers", "1 series off"),
        ("update receipt set sequence = 2", "receipt_numbers", "1 series off"),
        ("update receipt_series set issued = 2", "receipt_numbers", "1 series off"),
        ("update receipt set series = 'X'", "receipt_numbers", "1 series off; 1 strays"),
        (
            "update payment set captured = amount + 1",
            "payments",
            "1 over captured; 1 unbooked",
        ),
        ("delete from posting where account = 'psp_clearing'", "payments", "1 unbooked"),
        ("delete from receipt", "billed_once", "1 without receipt"),
        (
            "update disposition set state = 'error' where state = 'billed'",
            "billed_once",
            "1 receipt unbilled",
        ),
        ("delete from disposition where state = 'billed'", "billed_once", "1 receipt undisposed"),
    ],
)
async def test_a_breach_is_found_and_named(tampered: Tampered, statement: str, name: str, detail: str):
    check = (await tampered(statement))[name]
    assert not check.ok
    for part in detail.split("; "):
        assert part in check.detail


async def test_a_cdr_may_wait_for_a_moment(busy: World):
    await busy.receive(cdr("E"))
    patient, impatient = await verified(busy, timedelta(hours=1)), await verified(busy)
    assert (patient["cdr_coverage"].ok, patient["cdr_coverage"].figures["pending"]) == (True, 1)
    assert (impatient["cdr_coverage"].ok, impatient["cdr_coverage"].detail) == (False, "1 overdue")


async def test_a_cdr_that_was_left_behind_is_announced_again(busy: World, kilowind: World):
    received = await busy.receive(cdr("E"))
    before = len(await busy.events("cdr.received.v1"))
    async with busy.database.work(busy.ctx) as work:
        assert await reconcile.sweep(work, timedelta(hours=1)) == 0
        assert await reconcile.sweep(work, NOW) == 1
    assert (await busy.events("cdr.received.v1"))[before:] == [f'{{"cdr":"{received.id}"}}']
    assert await kilowind.events("cdr.received.v1") == []
    await busy.settle(received.id)
    async with busy.database.work(busy.ctx) as work:
        assert await reconcile.sweep(work, NOW) == 0
