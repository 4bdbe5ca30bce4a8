"""Limits of believable use: tries per minute, impossible travel, parallel sessions; each per brand, and off when it says so."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import SessionStatus
from roamgrid.canonical.token import Allowed, TokenRef, TokenType
from roamgrid.core.locations import service as locations
from roamgrid.core.sessions import service as sessions
from roamgrid.core.tokens import alarms, standing
from roamgrid.core.tokens import service as tokens
from roamgrid.core.tokens.standing import Asked
from roamgrid.core.tokens.tries import Tries
from roamgrid.core.tokens.verdict import Limit, Verdict, verdict
from roamgrid.kernel.clock import FixedClock
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.declaration import DeclaredTokens
from tests import builders
from tests.builders import NOON, SOURCE
from tests.conftest import Brands
from tests.core.conftest import Announced

US = PartyId("NL", "VLT")
CARD = "04A1B2C3"
UTRECHT, BERLIN = "UTRECHT", "BERLIN"
ALLOWED = Verdict(Allowed.ALLOWED)
Events = Callable[[], Awaitable[list[Announced]]]


class Reader:
    """A station's reader: asks, hears the answer, and its try is recorded as the protocol room does it."""

    def __init__(self, database: Database, ctx: TenantContext, **limits: Any) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        self.ctx = TenantContext(ctx.binding, clock=self.clock)
        self.limits = DeclaredTokens(**limits)
        self.tries = Tries(database)

    async def show(self, location: str | None = None, *evses: str, write: bool = True) -> Verdict:
        asked = Asked(CARD, TokenType.RFID, location, evses)
        async with self.database.work(self.ctx) as work:
            known = await standing.read(work, SOURCE, asked)
        assert known is not None
        tries = known.use.tries + self.tries.pending(self.ctx.tenant, asked)
        judged = verdict(known, self.limits, tries, self.clock.now())
        self.tries.add(self.ctx.binding, SOURCE, asked, judged, self.clock.now())
        if write:
            await self.tries.flush()
        return judged


@pytest.fixture
async def furnished(database: Database, brands: Brands) -> Database:
    """Both brands have the card and two stations, 450 km apart."""
    for ctx in (brands.voltara, brands.kilowind):
        async with database.work(ctx) as work:
            await tokens.add_rfid(work, None, CARD, US, "Voltara")
            stations = [builders.location(UTRECHT), builders.location(BERLIN, lat="52.52", lon="13.405")]
            await locations.apply_page(work, SOURCE, [builders.received(one) for one in stations])
    return database


@pytest.mark.parametrize("write", [True, False], ids=["written", "on its way"])
async def test_more_tries_than_a_minute_may_hold_are_refused_until_the_minute_is_over(
    furnished: Database, brands: Brands, write: bool
):
    reader = Reader(furnished, brands.voltara, tries_per_minute=3)
    assert [await reader.show(write=write) for _ in range(3)] == [ALLOWED] * 3
    assert await reader.show(write=write) == Verdict(Allowed.NOT_ALLOWED, Limit.TRIES)
    await reader.tries.flush()
    reader.clock.advance(timedelta(seconds=61))
    assert await reader.show() == ALLOWED


async def test_a_card_cannot_be_in_two_towns_at_once(furnished: Database, brands: Brands):
    reader = Reader(furnished, brands.voltara, max_speed_kmh=250)
    assert await reader.show(UTRECHT) == ALLOWED
    reader.clock.advance(timedelta(minutes=30))
    copied = Verdict(Allowed.BLOCKED, Limit.TRAVEL)
    assert await reader.show(BERLIN) == copied
    assert await reader.show("HOME-OF-SOMEBODY") == ALLOWED, "a place that we do not know says nothing"
    assert await reader.show(BERLIN) == copied, "a refusal, or an unknown place, is not where the card was"
    assert await reader.show(UTRECHT) == ALLOWED
    reader.clock.advance(timedelta(hours=3))
    assert await reader.show(BERLIN) == ALLOWED, "560 km in three hours, by train"


async def test_sessions_elsewhere_are_counted_and_the_one_at_this_reader_is_not(furnished: Database, brands: Brands):
    reader = Reader(furnished, brands.voltara, parallel_sessions=2)
    async with furnished.work(brands.voltara) as work:
        card = TokenRef("04:a1:b2:c3", "RFID", "C")
        for number, place in enumerate((UTRECHT, UTRECHT, BERLIN)):
            one = builders.session(f"S{number}", token=card, location_id=place, evse_uid=f"E{number}")
            await sessions.put(work, SOURCE, one, b"{}")
        ended = builders.session("S9", token=card, status=SessionStatus.COMPLETED, location_id=BERLIN)
        await sessions.put(work, SOURCE, ended, b"{}")
    reader.clock = FixedClock(await _database_time(furnished))
    reader.ctx = TenantContext(brands.voltara.binding, clock=reader.clock)
    many = Verdict(Allowed.NOT_ALLOWED, Limit.PARALLEL)
    assert await reader.show() == many
    assert await reader.show(UTRECHT, "E0") == many, "one at this reader, two elsewhere"
    assert await reader.show(UTRECHT) == ALLOWED, "anywhere in Utrecht, one elsewhere"
    assert await reader.show(UTRECHT, "E0", "E1") == ALLOWED
    reader.clock.advance(timedelta(days=2))
    assert await reader.show() == ALLOWED, "what nobody reported on for a day has ended"


async def test_limits_are_off_when_the_brand_says_so(furnished: Database, brands: Brands):
    reader = Reader(furnished, brands.voltara, tries_per_minute="off", max_speed_kmh="off", parallel_sessions="off")
    assert [await reader.show(place) for place in (UTRECHT, BERLIN) * 20] == [ALLOWED] * 40


async def test_staff_hear_of_an_exceeded_limit_once_in_ten_minutes_and_see_the_count(
    furnished: Database, brands: Brands, announced: Events
):
    reader = Reader(furnished, brands.voltara, tries_per_minute=1)
    for _ in range(4):
        await reader.show(UTRECHT)
    reader.clock.advance(timedelta(minutes=11))
    for _ in range(2):
        await reader.show(UTRECHT)
    heard = [event for event in await announced() if event.type == "token.velocity_exceeded.v1"]
    assert [(event.tenant, event.payload["limit"], event.payload["location_id"]) for event in heard] == [
        ("voltara", "TRIES_PER_MINUTE", UTRECHT)
    ] * 2
    assert heard[0].version < heard[1].version
    async with furnished.work(brands.voltara) as work:
        (alarm,) = await alarms.latest(work)
    assert (alarm.limit, alarm.count, alarm.first_at, alarm.last_at) == (Limit.TRIES, 4, NOON, NOON + timedelta(minutes=11))


@pytest.mark.isolation
async def test_what_a_card_does_at_one_brand_is_nothing_to_another(furnished: Database, brands: Brands):
    ours, theirs = (Reader(furnished, ctx, tries_per_minute=1) for ctx in (brands.voltara, brands.kilowind))
    assert [await ours.show(UTRECHT), (await ours.show(UTRECHT)).allowed] == [ALLOWED, Allowed.NOT_ALLOWED]
    assert await theirs.show(BERLIN) == ALLOWED
    async with furnished.work(brands.kilowind) as work:
        assert await alarms.latest(work) == []


async def test_a_full_buffer_forgets_visibly(furnished: Database, brands: Brands):
    tries = Tries(furnished, capacity=2)
    for uid in ("A", "B", "C", "A"):
        tries.add(brands.voltara.binding, SOURCE, Asked(uid, TokenType.RFID), ALLOWED, NOON)
    assert tries.dropped == 1, "C; a further try of A needs no room"
    assert [tries.pending("voltara", Asked(uid, TokenType.RFID)) for uid in "ABC"] == [2, 1, 0]
    await tries.close()
    assert [tries.pending("voltara", Asked(uid, TokenType.RFID)) for uid in "ABC"] == [0, 0, 0]


async def test_closing_writes_what_waits_and_a_database_that_is_gone_costs_the_batch(furnished: Database, brands: Brands):
    tries = Tries(furnished, every_s=3600)
    await tries.open()
    tries.add(brands.voltara.binding, SOURCE, Asked(CARD, TokenType.RFID), ALLOWED, NOON)
    await tries.close()
    async with furnished.work(TenantContext(brands.voltara.binding, clock=FixedClock(NOON))) as work:
        known = await standing.read(work, SOURCE, Asked(CARD, TokenType.RFID))
    assert known is not None
    assert (known.use.tries, tries.dropped) == (1, 0)
    closed = Tries(Database(furnished.url))
    closed.add(brands.voltara.binding, SOURCE, Asked(CARD, TokenType.RFID), ALLOWED, NOON)
    await closed.flush()
    assert closed.dropped == 1


async def _database_time(database: Database) -> Any:
    async with database.platform() as conn:
        row = await (await conn.execute("select now()")).fetchone()
    assert row is not None
    return row["now"]
