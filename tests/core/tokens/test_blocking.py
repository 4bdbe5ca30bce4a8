"""A blocked token is refused at once and every partner hears of it; a driver's refusal reaches all that the driver shows."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from roamgrid.canonical.contract_id import ContractId
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Allowed, Token, TokenType
from roamgrid.core.tokens import blocking, listing, standing
from roamgrid.core.tokens import service as tokens
from roamgrid.core.tokens.service import NewToken
from roamgrid.core.tokens.standing import Asked
from roamgrid.core.tokens.verdict import verdict
from roamgrid.identity.drivers.models import Email
from roamgrid.identity.drivers.service import sign_up
from roamgrid.kernel.clock import FixedClock
from roamgrid.kernel.errors import Invalid, NotFound
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work
from roamgrid.tenancy.declaration import DeclaredTokens
from tests.builders import NOON, SOURCE
from tests.conftest import Brands
from tests.core.conftest import Announced

US = PartyId("NL", "VLT")
CARD = "04A1B2C3"
Events = Callable[[], Awaitable[list[Announced]]]


async def answer(work: Work, uid: str = CARD, kind: TokenType = TokenType.RFID, source: SourceId = SOURCE) -> Allowed:
    """What a station that asks now hears."""
    known = await standing.read(work, source, Asked(uid, kind))
    assert known is not None
    return verdict(known, DeclaredTokens(), 0, work.ctx.clock.now()).allowed


@pytest.mark.parametrize("said", [Allowed.BLOCKED, Allowed.NO_CREDIT, Allowed.NOT_ALLOWED])
async def test_a_blocked_card_is_answered_as_staff_decided_until_it_is_unblocked(
    database: Database, brands: Brands, announced: Events, said: Allowed
):
    async with database.work(brands.voltara) as work:
        await tokens.add_rfid(work, None, CARD, US, "Voltara")
        assert await answer(work) is Allowed.ALLOWED
        assert not (await blocking.block(work, "04:a1:b2:c3", TokenType.RFID, "reported as stolen", said)).valid
        assert await answer(work) is said
        (listed,) = await listing.listed(work, refused=True)
        assert (listed.row.refusal, listed.row.reason) == (said, "reported as stolen")
        assert (await blocking.unblock(work, CARD, TokenType.RFID)).valid
        assert await answer(work) is Allowed.ALLOWED
        assert await listing.listed(work, refused=True) == []
    versions = [event.version for event in await announced()]
    assert len(versions) == 3
    assert versions == sorted(set(versions)), "each change is newer than the one before"


async def test_blocked_never_means_allowed(database: Database, brands: Brands):
    async with database.work(brands.voltara) as work:
        await tokens.add_rfid(work, None, CARD, US, "Voltara")
        with pytest.raises(Invalid):
            await blocking.block(work, CARD, TokenType.RFID, "a slip", Allowed.ALLOWED)


async def test_a_refused_driver_is_refused_with_every_token_and_a_blocked_card_outlives_it(
    database: Database, brands: Brands, announced: Events
):
    async with database.work(brands.voltara) as work:
        driver = (await sign_up(work, Email.of("anna@example.org"))).id
        await tokens.add_rfid(work, driver, CARD, US, "Voltara")
        await tokens.add_rfid(work, driver, "04STOLEN", US, "Voltara")
        await tokens.add_rfid(work, None, "04OTHERS", US, "Voltara")
        app = await tokens.app_token(work, driver, SOURCE, US, "Voltara")
        car = await tokens.add_emaid(work, driver, ContractId("NL", "VLT", "C00000001"), US, "Voltara")
        await blocking.block(work, "04STOLEN", TokenType.RFID, "stolen")
    before = len(await announced())
    async with database.work(brands.voltara) as work:
        assert await blocking.refuse_driver(work, driver, Allowed.NO_CREDIT, "two bills unpaid") == 4
        assert await answer(work) is Allowed.NO_CREDIT
        assert await answer(work, app.uid, TokenType.APP_USER) is Allowed.NO_CREDIT
        assert await answer(work, car.uid, TokenType.EMAID) is Allowed.NO_CREDIT
        assert await answer(work, "04OTHERS") is Allowed.ALLOWED
        told = await tokens.page(work, SOURCE, None, None, 0, 10)
        assert {token.uid: token.valid for token in told.tokens} == {
            CARD: False,
            "04STOLEN": False,
            "04OTHERS": True,
            app.uid: False,
        }
    types = {(event.type, event.payload["type"]) for event in (await announced())[before:]}
    assert types == {("token.changed.v1", "RFID"), ("token.changed.v1", "APP_USER")}, "vehicles' contracts are told to nobody"
    async with database.work(brands.voltara) as work:
        await blocking.accept_driver(work, driver)
        assert await answer(work) is Allowed.ALLOWED
        assert await answer(work, "04STOLEN") is Allowed.BLOCKED


async def test_a_token_whose_time_is_over_is_expired_at_once_and_partners_hear_of_it(
    database: Database, brands: Brands, announced: Events
):
    clock = FixedClock(NOON)
    async with database.work(TenantContext(brands.voltara.binding, clock=clock)) as work:
        new = NewToken(CARD, TokenType.RFID, US, "Voltara", "C", valid_until=NOON + timedelta(hours=1))
        assert await tokens.issue(work, new)
        assert await answer(work) is Allowed.ALLOWED
        assert await blocking.expire(work) == 0
        clock.advance(timedelta(hours=1))
        assert await answer(work) is Allowed.EXPIRED
        assert await blocking.expire(work) == 1
        assert await blocking.expire(work) == 0, "said once"
        assert await answer(work) is Allowed.EXPIRED
        known = await tokens.find(work, SOURCE, CARD)
        assert known is not None
        assert (known.token.valid, known.token.last_updated) == (False, clock.now())
    assert len(await announced()) == 2


@pytest.mark.isolation
async def test_another_brand_blocks_nothing_here(database: Database, brands: Brands):
    async with database.work(brands.voltara) as work:
        driver = (await sign_up(work, Email.of("anna@example.org"))).id
        card: Token = await tokens.add_rfid(work, driver, CARD, US, "Voltara")
    async with database.work(brands.kilowind) as work:
        for attempt in (
            blocking.block(work, CARD, TokenType.RFID, "not ours"),
            blocking.refuse_driver(work, driver, Allowed.BLOCKED, "not ours"),
        ):
            with pytest.raises(NotFound):
                await attempt
        assert await standing.read(work, SOURCE, Asked(CARD, TokenType.RFID)) is None
        assert await listing.listed(work) == []
    async with database.work(brands.voltara) as work:
        assert await answer(work) is Allowed.ALLOWED
        known = await tokens.find(work, SOURCE, CARD)
        assert known is not None
        assert known.token == card


async def test_nobody_can_refuse_a_driver_who_is_not_there(database: Database, brands: Brands):
    async with database.work(brands.voltara) as work:
        with pytest.raises(NotFound):
            await blocking.accept_driver(work, new_id())  # type: ignore[arg-type]
