"""The operations view, and the journal that fills it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from roamgrid.canonical.party import SourceId
from roamgrid.cli import partner_state
from roamgrid.core.parties import standing
from roamgrid.kernel import json
from roamgrid.kernel.clock import FixedClock
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.connections import circuits, deviations
from roamgrid.ocpi.connections.journal import CircuitChange, Journal
from roamgrid.ocpi.connections.model import UnknownConnection
from roamgrid.ocpi.connections.operations import overview, state_of, top_deviations
from roamgrid.ocpi.connections.traffic import Outcome, Rate, Way
from roamgrid.ocpi.outbound.push import queue
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.outbound.partner import FakePartner
from tests.ocpi.outbound.world import Link, connected


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 6, 1, 12, 0, 30, tzinfo=UTC))


@pytest.fixture
async def link(database: Database, brands: Brands, clock: FixedClock) -> Link:
    made = await connected(database, brands.voltara, FakePartner(url="http://cpo.test"))
    return replace(made, ctx=replace(brands.voltara, clock=clock))


@pytest.fixture
async def journal(database: Database) -> AsyncIterator[Journal]:
    journal = Journal(database)
    yield journal
    await journal.close()


def opened(ctx: TenantContext, reason: str = "HTTP 502") -> CircuitChange:
    return CircuitChange(True, 5, reason, ctx.clock.now() + timedelta(seconds=15))


async def test_exchanges_are_counted_by_way_and_outcome(journal: Journal, link: Link, clock: FixedClock):
    for way, outcome, seconds in (
        (Way.OUTBOUND, Outcome.OK, 0.1),
        (Way.OUTBOUND, Outcome.FAILED, 0.3),
        (Way.OUTBOUND, Outcome.HELD_BACK, 9),
        (Way.INBOUND, Outcome.REFUSED, 0.01),
    ):
        journal.note(link.ctx, link.connection.id, way, outcome, seconds)
    await journal.write()
    journal.note(link.ctx, link.connection.id, Way.OUTBOUND, Outcome.OK, 0.2)
    await journal.write()
    clock.advance(timedelta(hours=2))
    journal.note(link.ctx, link.connection.id, Way.INBOUND, Outcome.OK, 0.03)
    await journal.write()
    async with link.database.work(link.ctx) as work:
        (state,) = await overview(work, link.connections)
    assert (state.hour.outbound, state.hour.inbound) == (Rate(), Rate(1, 0, 0, 0, 30))
    assert (state.day.outbound, state.day.inbound) == (Rate(4, 0, 1, 1, 200), Rate(2, 1, 0, 0, 20))
    assert state.day.outbound.error_share == 1 / 3


async def test_counts_older_than_a_day_go(journal: Journal, link: Link, clock: FixedClock):
    journal.note(link.ctx, link.connection.id, Way.INBOUND, Outcome.OK, 0)
    await journal.write()
    clock.advance(timedelta(hours=26))
    journal.note(link.ctx, link.connection.id, Way.INBOUND, Outcome.OK, 0)
    await journal.write()
    assert await link.rows("select requests from ocpi_traffic") == [{"requests": 1}]


async def test_an_opened_circuit_is_seen_by_all_and_told_to_the_core(journal: Journal, link: Link, clock: FixedClock):
    source = link.connection.id
    journal.circuit(link.ctx, source, opened(link.ctx))
    await journal.write()
    clock.advance(timedelta(seconds=15))
    journal.circuit(link.ctx, source, opened(link.ctx, "HTTP 503"))
    await journal.write()
    async with link.database.work(link.ctx) as work:
        found = (await circuits.all_circuits(work))[source]
        assert (found.open, found.reason, found.times_opened) == (True, "HTTP 503", 1)
        assert clock.now() - found.changed_at == timedelta(seconds=15), "it is down since it opened first"
        assert not (await standing.standings(work, [source]))[source].reachable
    journal.circuit(link.ctx, source, CircuitChange(False, 0, "", None))
    await journal.write()
    async with link.database.work(link.ctx) as work:
        assert not (await circuits.all_circuits(work))[source].open
        assert (await standing.standings(work, [source]))[source].reachable


async def test_an_answer_to_another_process_closes_what_a_dead_one_left_open(journal: Journal, link: Link, clock: FixedClock):
    source = link.connection.id
    journal.circuit(link.ctx, source, opened(link.ctx))
    await journal.write()
    other = Journal(link.database)
    other.note(link.ctx, source, Way.OUTBOUND, Outcome.OK, 0.1)
    await other.write()
    async with link.database.work(link.ctx) as work:
        assert (await circuits.all_circuits(work))[source].open, "its cool-down is not over"
    clock.advance(timedelta(seconds=15))
    other.note(link.ctx, source, Way.OUTBOUND, Outcome.REFUSED, 0.1)
    await other.close()
    async with link.database.work(link.ctx) as work:
        assert not (await circuits.all_circuits(work))[source].open


async def test_what_cannot_be_written_now_is_written_later(journal: Journal, link: Link, monkeypatch: pytest.MonkeyPatch):
    journal.note(link.ctx, link.connection.id, Way.INBOUND, Outcome.OK, 0)

    def gone(_ctx: TenantContext) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as away:
        away.setattr(link.database, "work", gone)
        await journal.write()
        journal.note(link.ctx, link.connection.id, Way.INBOUND, Outcome.OK, 0)
    await journal.write()
    assert await link.rows("select requests from ocpi_traffic") == [{"requests": 2}]


async def test_a_connection_that_is_not_there_is_no_obstacle(journal: Journal, link: Link):
    journal.note(link.ctx, SourceId(new_id()), Way.OUTBOUND, Outcome.OK, 0)
    journal.circuit(link.ctx, SourceId(new_id()), opened(link.ctx))
    journal.note(link.ctx, link.connection.id, Way.OUTBOUND, Outcome.OK, 0)
    await journal.write()
    assert await link.rows("select connection, requests from ocpi_traffic") == [
        {"connection": link.connection.id, "requests": 1}
    ]


async def test_one_partner_with_everything_that_one_asks_for(link: Link, clock: FixedClock, capsys: pytest.CaptureFixture[str]):
    now = clock.now()
    async with link.database.work(link.ctx) as work:
        await work.conn.execute(
            "insert into ocpi_pull (connection, module, watermark, last_pull_at, last_full_at, objects, next_at, failures,"
            " last_error) values (%s, 'locations', %s, %s, %s, 7, %s, 2, 'HTTP 502')",
            (
                link.connection.id,
                now - timedelta(days=3),
                now - timedelta(hours=5),
                now - timedelta(hours=9),
                now + timedelta(60),
            ),
        )
        found = [Deviation(Code.TOO_LONG, "/city", "x")] * 2 + [Deviation(Code.NULL_FIELD, "/name", "null")]
        await deviations.record(work, link.connection.id, "locations", found)
        for key in ("RFID:1", "RFID:2"):
            await queue.offer(work, link.connection, "token", key)
        await circuits.note(work, link.connection.id, opened=True, failures=5, reason="no answer", retry_at=now)
        state = await state_of(work, link.connections, link.connection.id)
        top = await top_deviations(work, link.connection.id, 1)
        with pytest.raises(UnknownConnection):
            await state_of(work, link.connections, new_id())
    (lag,) = state.lags
    assert (lag.pulled, lag.newest, lag.pull.failures) == (timedelta(hours=5), timedelta(days=3), 2)
    assert (state.queue.waiting, state.queue.failing, state.queue.lost, state.queue.oldest) == (2, 0, 0, now)
    assert (state.next_pull_at, state.syncing) == (now + timedelta(60), False)
    assert [(one.code, one.field, one.count) for one in top] == [("TOO_LONG", "/city", 2)]

    partner_state.show(state, top, now)
    shown = capsys.readouterr().out
    for said in ("Greenfield", "OPEN for 0 s: no answer", "2 waiting", "HTTP 502", "5 h", "/city"):
        assert said in shown
    document = json.loads(json.dumps(partner_state.as_document(state)))
    assert (document["queue"]["waiting"], document["circuit"]["open"], document["pulls"][0]["lag_s"]) == (2, True, 18_000)
    assert "their-token" not in str(document)


async def test_turns_of_modules_that_a_partner_does_not_offer_are_not_shown(
    database: Database, brands: Brands, clock: FixedClock
):
    made = await connected(database, brands.voltara, FakePartner(url="http://cpo.test"), modules=("tariffs",))
    async with database.work(brands.voltara) as work:
        await work.conn.execute(
            "insert into ocpi_pull (connection, module, next_at) values (%(c)s, 'cdrs', %(at)s), (%(c)s, 'tariffs', %(at)s)",
            {"c": made.connection.id, "at": clock.now()},
        )
        (state,) = await overview(work, made.connections)
    assert [lag.pull.module for lag in state.lags] == ["tariffs"]


@pytest.mark.isolation
async def test_the_other_brand_sees_nothing_of_it(journal: Journal, link: Link, brands: Brands):
    journal.note(link.ctx, link.connection.id, Way.OUTBOUND, Outcome.OK, 0)
    journal.note(brands.kilowind, link.connection.id, Way.OUTBOUND, Outcome.OK, 0)
    await journal.write()
    async with link.database.work(brands.kilowind) as work:
        assert await overview(work, link.connections) == []
        assert await (await work.conn.execute("select * from ocpi_traffic")).fetchall() == []
