"""Cards are shared with every partner; an app token is between one driver and one partner (D8)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from roamgrid.canonical.contract_id import ContractId
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.core.tokens import service as tokens
from roamgrid.core.tokens.blocking import block
from roamgrid.core.tokens.service import TokenTaken
from roamgrid.kernel.clock import FixedClock
from roamgrid.kernel.errors import NotFound
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.builders import NOON, SOURCE
from tests.conftest import Brands
from tests.core.conftest import Announced

US = PartyId("NL", "VLT")
PARTNER_B = SourceId(UUID("00000000-0000-7000-8000-00000000beef"))


async def test_a_driver_has_one_app_token_per_partner(database: Database, brands: Brands) -> None:
    driver, other = new_id(), new_id()
    async with database.work(brands.voltara) as work:
        first = await tokens.app_token(work, driver, SOURCE, US, "Voltara")
        assert await tokens.app_token(work, driver, SOURCE, US, "Voltara") == first
        elsewhere = await tokens.app_token(work, driver, PARTNER_B, US, "Voltara")
        someone = await tokens.app_token(work, other, SOURCE, US, "Voltara")
    assert len({first.uid, elsewhere.uid, someone.uid}) == 3
    assert len({first.contract_id, elsewhere.contract_id}) == 2, "a contract id would tell partners that it is the same driver"
    assert (first.type, first.whitelist, first.valid, len(first.uid)) == (TokenType.APP_USER, Whitelist.NEVER, True, 20)


async def test_two_first_charges_at_once_share_one_app_token(database: Database, brands: Brands) -> None:
    driver = new_id()

    async def ask() -> Token:
        async with database.work(brands.voltara) as work:
            return await tokens.app_token(work, driver, SOURCE, US, "Voltara")

    assert len({token.uid for token in await asyncio.gather(*(ask() for _ in range(5)))}) == 1


async def test_a_card_is_registered_once_however_its_number_is_written(
    database: Database, brands: Brands, announced: Callable[[], Awaitable[list[Announced]]]
) -> None:
    async with database.work(brands.voltara) as work:
        card = await tokens.add_rfid(work, new_id(), "04ABCDEF", US, "Voltara")
        with pytest.raises(TokenTaken):
            await tokens.add_rfid(work, new_id(), "04:ab:cd:ef", US, "Voltara")
        for spelling in ("04AbCdEf", "04 AB CD EF", "04-ab.cd_ef"):
            found = await tokens.find(work, SOURCE, spelling)
            assert found is not None
            assert found.token == card
        assert str(ContractId.parse(card.contract_id)) == card.contract_id
    assert [(event.type, event.payload) for event in await announced()] == [
        ("token.changed.v1", {"uid": "04ABCDEF", "type": "RFID"})
    ]


async def test_a_blocked_card_is_still_known_and_every_change_is_announced(
    database: Database, brands: Brands, announced: Callable[[], Awaitable[list[Announced]]]
) -> None:
    clock = FixedClock(NOON)
    ctx = TenantContext(brands.voltara.binding, clock=clock)
    async with database.work(ctx) as work:
        await tokens.add_rfid(work, new_id(), "04ABCDEF", US, "Voltara")
        clock.advance(timedelta(minutes=1))
        blocked = await block(work, "04abcdef", TokenType.RFID, "reported as stolen")
        assert (blocked.valid, blocked.last_updated) == (False, NOON + timedelta(minutes=1))
        with pytest.raises(NotFound):
            await block(work, "04abcdef", TokenType.APP_USER, "reported as stolen")
    first, second = await announced()
    assert first.version < second.version


async def test_a_partner_sees_all_cards_and_its_own_app_tokens(database: Database, brands: Brands) -> None:
    driver = new_id()
    async with database.work(brands.voltara) as work:
        card = await tokens.add_rfid(work, driver, "04ABCDEF", US, "Voltara")
        mine = await tokens.app_token(work, driver, SOURCE, US, "Voltara")
        theirs = await tokens.app_token(work, driver, PARTNER_B, US, "Voltara")
        page = await tokens.page(work, SOURCE, None, None, 0, 10)
        assert ({token.uid for token in page.tokens}, page.total) == ({card.uid, mine.uid}, 2)
        assert await tokens.find(work, SOURCE, theirs.uid) is None
        assert await tokens.find(work, PARTNER_B, theirs.uid, TokenType.APP_USER) is not None


async def test_pages_join_without_gap_and_dates_bound_them(database: Database, brands: Brands) -> None:
    clock = FixedClock(NOON)
    async with database.work(TenantContext(brands.voltara.binding, clock=clock)) as work:
        for number in range(5):
            await tokens.add_rfid(work, None, f"CARD{number}", US, "Voltara")
            clock.advance(timedelta(hours=1))

        async def uids(hours: tuple[int | None, int | None], offset: int, limit: int) -> tuple[list[str], int]:
            begin, end = (None if hour is None else NOON + timedelta(hours=hour) for hour in hours)
            page = await tokens.page(work, SOURCE, begin, end, offset, limit)
            return [token.uid for token in page.tokens], page.total

        assert await uids((None, None), 0, 3) == (["CARD0", "CARD1", "CARD2"], 5)
        assert await uids((None, None), 3, 3) == (["CARD3", "CARD4"], 5)
        assert await uids((1, 3), 0, 10) == (["CARD1", "CARD2"], 2)
        assert await uids((None, 2), 0, 10) == (["CARD0", "CARD1"], 2)
        assert await uids((3, None), 9, 10) == ([], 2)


@pytest.mark.isolation
async def test_another_brand_knows_no_token(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        await tokens.add_rfid(work, new_id(), "04ABCDEF", US, "Voltara")
    async with database.work(brands.kilowind) as work:
        assert await tokens.find(work, SOURCE, "04ABCDEF") is None
        assert (await tokens.page(work, SOURCE, None, None, 0, 10)).total == 0
        with pytest.raises(NotFound):
            await block(work, "04ABCDEF", TokenType.RFID, "reported as stolen")
