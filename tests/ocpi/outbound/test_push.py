"""Pushes: one place an object in a bounded queue, the newest state goes out, and a partner that hangs holds up nobody."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import TokenType
from roamgrid.core.tokens import blocking
from roamgrid.core.tokens import service as tokens
from roamgrid.kernel.clock import FixedClock
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.dialects import dialect as dialects
from roamgrid.ocpi.outbound.answer import Answer
from roamgrid.ocpi.outbound.clients import PartnerClients
from roamgrid.ocpi.outbound.push import pusher as pusher_module
from roamgrid.ocpi.outbound.push import queue
from roamgrid.ocpi.outbound.push.pusher import Pusher
from roamgrid.ocpi.outbound.push.source import Letter, PushSource
from roamgrid.ocpi.outbound.tokens import OcpiTokenSink, TokenSource
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work
from tests.conftest import Brands
from tests.ocpi.outbound.partner import Answering, FakePartner, ok, refusal
from tests.ocpi.outbound.world import Link, connected
from tests.sandbox.serving import eventually


@dataclass(slots=True)
class Notes:
    """Objects that are a key and a text."""

    texts: dict[str, str] = field(default_factory=dict)
    changed_at: dict[str, datetime] = field(default_factory=dict)
    arrived: list[str] = field(default_factory=list)
    kind: str = "note"
    module: str = "tokens"

    async def letter(self, work: Work, connection: Connection, key: str) -> Letter | None:
        endpoint = connection.endpoint("tokens", "RECEIVER")
        return Letter("PUT", f"{endpoint}/{key}", {"text": self.texts[key]}) if key in self.texts else None

    async def changed_since(self, work: Work, connection: Connection, since: datetime) -> list[queue.Changed]:
        return [(at, key) for key, at in self.changed_at.items() if at >= since]

    async def delivered(self, work: Work, connection: Connection, key: str, answer: Answer) -> None:
        self.arrived.append(key)


@dataclass(frozen=True, slots=True)
class Desk:
    """A worker, the objects that it tells of, and how to change one."""

    pusher: Pusher
    notes: Notes
    ctx: TenantContext
    clock: FixedClock
    database: Database

    async def write(self, link: Link, key: str, text: str = "hello") -> bool:
        """Change an object and offer it to a partner."""
        self.notes.texts[key] = text
        self.notes.changed_at[key] = self.clock.now()
        async with self.database.work(self.ctx) as work:
            return await queue.offer(work, link.connection, "note", key)

    async def drain(self) -> None:
        while await self.pusher.begin_due(self.ctx):
            await self.pusher.idle()

    async def waiting(self) -> list[dict[str, Any]]:
        async with self.database.work(self.ctx) as work:
            rows = await work.conn.execute("select key, revision, attempts, error, next_at from ocpi_push order by key")
            return await rows.fetchall()


@pytest.fixture
async def desk(database: Database, clients: PartnerClients, link: Link) -> AsyncIterator[Desk]:
    clock, notes = FixedClock(datetime.now(UTC)), Notes()
    sources: list[PushSource] = [notes, TokenSource()]
    pusher = Pusher(database, link.connections, clients, sources)
    yield Desk(pusher, notes, replace(link.ctx, clock=clock), clock, database)
    await pusher.close()


@pytest.fixture
def small_backlog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every partner's queue holds four objects."""
    small = replace_switch(dialects.dialect("default", "2.2.1"), push_backlog=4)
    monkeypatch.setattr(queue, "dialect", lambda *_: small)
    monkeypatch.setattr(pusher_module, "dialect", lambda *_: small)


def replace_switch(known: dialects.Dialect, **switches: Any) -> dialects.Dialect:
    return msgspec.structs.replace(known, **switches)


async def test_what_is_offered_is_sent_once(desk: Desk, partner: FakePartner, link: Link):
    assert await desk.write(link, "A")
    await desk.drain()
    assert [(asked.method, asked.path, asked.body) for asked in partner.asked] == [("PUT", "/tokens/A", {"text": "hello"})]
    assert (await desk.waiting(), desk.notes.arrived) == ([], ["A"])


async def test_only_the_newest_state_of_an_object_is_sent(desk: Desk, partner: FakePartner, link: Link):
    for text in ("first", "second", "third"):
        await desk.write(link, "A", text)
    assert [(row["key"], row["revision"]) for row in await desk.waiting()] == [("A", 3)]
    await desk.drain()
    assert [asked.body for asked in partner.asked] == [{"text": "third"}]


async def test_what_changes_while_it_is_under_way_is_sent_again(desk: Desk, partner: FakePartner, link: Link):
    await desk.write(link, "A", "first")
    async with desk.database.work(desk.ctx) as work:
        (taken,) = await queue.take(work, link.connection.id, ["note"], 4)
    await desk.write(link, "A", "second")
    async with desk.database.work(desk.ctx) as work:
        await queue.done(work, link.connection.id, taken)
    await desk.drain()
    assert [asked.body for asked in partner.asked] == [{"text": "second"}]
    assert await desk.waiting() == []


async def test_a_change_that_is_rolled_back_is_told_to_nobody(desk: Desk, link: Link):
    with pytest.raises(RuntimeError):
        async with desk.database.work(desk.ctx) as work:
            await queue.offer(work, link.connection, "note", "A")
            raise RuntimeError("the change did not happen")
    assert await desk.waiting() == []


async def test_what_is_gone_by_then_is_not_sent(desk: Desk, partner: FakePartner, link: Link):
    await desk.write(link, "A")
    desk.notes.texts.clear()
    await desk.drain()
    assert (partner.asked, await desk.waiting()) == ([], [])


async def test_a_failure_is_tried_again_later_and_later(desk: Desk, partner: FakePartner, link: Link):
    partner.script["/tokens/A"] = [Answering(500), Answering(503), ok()]
    await desk.write(link, "A")
    waits = []
    for attempt in (1, 2):
        await desk.drain()
        (row,) = await desk.waiting()
        assert (row["attempts"], "HTTP 50" in row["error"]) == (attempt, True)
        waits.append(row["next_at"] - desk.clock.now())
        desk.clock.advance(waits[-1])
    assert timedelta(seconds=11) < waits[0] <= timedelta(seconds=15) < timedelta(seconds=22) < waits[1]
    await desk.drain()
    assert (await desk.waiting(), desk.notes.arrived) == ([], ["A"])


async def test_a_refusal_is_final_and_counted(desk: Desk, partner: FakePartner, link: Link):
    partner.script["/tokens/A"] = [refusal(2001, "unknown")]
    await desk.write(link, "A")
    await desk.drain()
    assert (await desk.waiting(), desk.notes.arrived, len(partner.asked)) == ([], [], 1)
    assert (await link.deviations())["tokens", "REFUSED", "/"] == 1


@pytest.mark.usefixtures("small_backlog")
async def test_the_queue_is_bounded_and_what_did_not_fit_is_made_up_for(desk: Desk, partner: FakePartner, link: Link):
    partner.script = {f"/tokens/{key}": [Answering(500)] for key in "ABCD"}
    assert [await desk.write(link, key) for key in "ABCDEF"] == [True] * 4 + [False] * 2
    assert await desk.write(link, "A", "changed"), "an object that waits already takes no further place"
    assert [row["key"] for row in await desk.waiting()] == ["A", "B", "C", "D"]
    (loss,) = await link.rows("select kind, lost, missed_since is null as made_up from ocpi_push_loss")
    assert loss == {"kind": "note", "lost": 2, "made_up": False}
    assert await desk.pusher.make_up(desk.ctx) == 0, "there is no room yet"
    await desk.drain()
    desk.clock.advance(timedelta(minutes=1))
    await desk.drain()
    assert await desk.pusher.make_up(desk.ctx) == 4, "all that changed, as far as there is room: A to D once more"
    await desk.drain()
    assert await desk.pusher.make_up(desk.ctx) == 2, "where it left off, though all of it changed at the same time"
    await desk.drain()
    assert await desk.pusher.make_up(desk.ctx) == 0
    assert set(desk.notes.arrived) == set("ABCDEF")
    (loss,) = await link.rows("select lost, missed_since is null as made_up from ocpi_push_loss")
    assert loss == {"lost": 2, "made_up": True}


async def test_a_partner_gets_few_requests_at_a_time(desk: Desk, partner: FakePartner, clients: PartnerClients, link: Link):
    for number in range(20):
        partner.script[f"/tokens/N{number}"] = [Answering(200, wait_s=0.02)]
        await desk.write(link, f"N{number}")
    await desk.drain()
    bulkhead = clients.bulkhead(link.connection.id)
    assert bulkhead is not None
    assert (bulkhead.most_busy, len(partner.asked)) == (pusher_module.SENDS_A_PARTNER, 20)


async def test_two_workers_send_nothing_twice_and_no_more_at_a_time(
    desk: Desk, partner: FakePartner, clients: PartnerClients, link: Link
):
    second = Pusher(desk.database, link.connections, clients, [desk.notes])
    for number in range(20):
        await desk.write(link, f"N{number}")
    for _ in range(30):
        await asyncio.gather(desk.pusher.begin_due(desk.ctx), second.begin_due(desk.ctx))
        await asyncio.gather(desk.pusher.idle(), second.idle())
    assert sorted(asked.path for asked in partner.asked) == sorted(f"/tokens/N{number}" for number in range(20))
    assert await desk.waiting() == []
    await second.close()


async def test_a_black_holed_partner_holds_up_nobody(
    desk: Desk, partner: FakePartner, database: Database, blackhole: str, link: Link
):
    """A long queue for a partner that hangs; the other one's object, offered last, arrives while it still hangs."""
    hole = await connected(database, link.ctx, FakePartner(url=blackhole))

    async def arrived() -> bool:
        return bool(desk.notes.arrived)

    for number in range(50):
        await desk.write(hole, f"N{number}")
    await desk.pusher.begin_due(desk.ctx)
    await desk.write(link, "A")
    await desk.pusher.begin_due(desk.ctx)
    await eventually(arrived)
    assert (desk.notes.arrived, [asked.path for asked in partner.asked]) == (["A"], ["/tokens/A"])
    under_way = await link.rows("select count(*) as count from ocpi_push where leased_until is not null")
    assert under_way == [{"count": pusher_module.SENDS_A_PARTNER}]


async def test_a_connection_that_has_ended_is_told_nothing_any_more(desk: Desk, partner: FakePartner, link: Link):
    await desk.write(link, "A")
    async with desk.database.work(desk.ctx) as work:
        await link.connections.end(work, link.connection.id)
    await desk.drain()
    assert await desk.pusher.make_up(desk.ctx) == 0
    assert not await desk.write(link, "B")
    assert (partner.asked, await desk.waiting(), await link.rows("select * from ocpi_push_loss")) == ([], [], [])


async def test_a_paused_connection_is_told_when_it_goes_on(desk: Desk, partner: FakePartner, link: Link):
    async with desk.database.work(desk.ctx) as work:
        await link.connections.suspend(work, link.connection.id)
    await desk.write(link, "A")
    await desk.drain()
    assert partner.asked == []
    async with desk.database.work(desk.ctx) as work:
        await link.connections.resume(work, link.connection.id)
    await desk.drain()
    assert desk.notes.arrived == ["A"]


async def test_a_blocked_card_reaches_the_partner_as_it_is_now(desk: Desk, partner: FakePartner, link: Link):
    sink = OcpiTokenSink(desk.database, link.connections, desk.pusher)
    async with desk.database.work(desk.ctx) as work:
        card = await tokens.add_rfid(work, None, "04A2", PartyId("NL", "VOL"), "Voltara")
        await blocking.block(work, card.uid, TokenType.RFID, "stolen")
    await sink.push(desk.ctx, link.connection.id, card)
    await desk.pusher.idle()
    (asked,) = partner.asked
    assert (asked.method, asked.path, asked.query) == ("PUT", "/tokens/NL/VOL/04A2", {"type": "RFID"})
    assert (asked.body["uid"], asked.body["valid"]) == ("04A2", False)


async def test_cards_that_changed_are_what_is_made_up_for(desk: Desk, link: Link):
    async with desk.database.work(desk.ctx) as work:
        await tokens.add_rfid(work, None, "04A2", PartyId("NL", "VOL"), "Voltara")
        desk.clock.advance(timedelta(hours=1))
        await tokens.add_rfid(work, None, "04B3", PartyId("NL", "VOL"), "Voltara")
        since = desk.clock.now() - timedelta(minutes=5)
        assert await TokenSource().changed_since(work, link.connection, since) == [(desk.clock.now(), "RFID:04B3")]


@pytest.mark.isolation
async def test_the_other_brand_neither_sees_nor_sends_what_waits(desk: Desk, partner: FakePartner, brands: Brands, link: Link):
    await desk.write(link, "A")
    assert await desk.pusher.begin_due(brands.kilowind) == 0
    async with desk.database.work(brands.kilowind) as work:
        assert not await queue.offer(work, link.connection, "note", "A")
        assert await (await work.conn.execute("select * from ocpi_push")).fetchall() == []
    assert partner.asked == []
