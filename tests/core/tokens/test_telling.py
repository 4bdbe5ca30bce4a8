"""Every partner is told of a changed token; who could not be told is on record and is told when the event is tried again."""

from uuid import UUID

import pytest

from roamgrid.bus.events import Delivery, Event
from roamgrid.canonical.contract_id import ContractId
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Token, TokenType
from roamgrid.core.tokens import blocking, listing, tasks
from roamgrid.core.tokens import service as tokens
from roamgrid.kernel.errors import Unavailable
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.builders import NOON, SOURCE
from tests.conftest import Brands

US = PartyId("NL", "VLT")
PARTNER_B = SourceId(UUID("00000000-0000-7000-8000-00000000beef"))
CARD = "04A1B2C3"


class Partners:
    """Two partners that take tokens; `down` are those that do not answer."""

    def __init__(self) -> None:
        self.down: set[SourceId] = set()
        self.told: list[tuple[SourceId, str, bool]] = []

    async def receivers(self, ctx: TenantContext) -> list[SourceId]:
        return [SOURCE, PARTNER_B]

    async def push(self, ctx: TenantContext, source: SourceId, token: Token) -> None:
        if source in self.down:
            raise Unavailable("the partner does not answer")
        self.told.append((source, token.uid, token.valid))


@pytest.fixture
def partners() -> Partners:
    return Partners()


async def deliver(database: Database, ctx: TenantContext, partners: Partners, token: Token) -> None:
    """The event of the token's latest change arrives."""
    version = int(token.last_updated.timestamp() * 1_000_000)
    event = Event("token.changed.v1", f"token:{token.uid}", version, {"uid": token.uid, "type": token.type.value})
    (subscription,) = tasks.subscriptions(database, partners)
    assert subscription.run_effect is not None
    await subscription.run_effect(ctx, Delivery(new_id(), ctx.tenant, event, NOON, None))


async def untold(database: Database, ctx: TenantContext) -> list[tuple[SourceId, int, str]]:
    async with database.work(ctx) as work:
        return [(one.source, one.failures, one.error) for row in await listing.listed(work) for one in row.untold]


async def test_who_could_not_be_told_is_on_record_and_told_later_and_nobody_is_told_twice(
    database: Database, brands: Brands, partners: Partners
):
    ctx = brands.voltara
    async with database.work(ctx) as work:
        await tokens.add_rfid(work, None, CARD, US, "Voltara")
        blocked = await blocking.block(work, CARD, TokenType.RFID, "stolen")
    partners.down = {PARTNER_B}
    for failures in (1, 2):
        with pytest.raises(ExceptionGroup):
            await deliver(database, ctx, partners, blocked)
        assert await untold(database, ctx) == [(PARTNER_B, failures, "the partner does not answer")]
    partners.down = set()
    await deliver(database, ctx, partners, blocked)
    await deliver(database, ctx, partners, blocked)
    assert partners.told == [(SOURCE, CARD, False), (PARTNER_B, CARD, False)]
    assert await untold(database, ctx) == []


async def test_an_event_that_was_overtaken_tells_nothing(database: Database, brands: Brands, partners: Partners):
    ctx = brands.voltara
    async with database.work(ctx) as work:
        first = await tokens.add_rfid(work, None, CARD, US, "Voltara")
        latest = await blocking.block(work, CARD, TokenType.RFID, "stolen")
    await deliver(database, ctx, partners, latest)
    await deliver(database, ctx, partners, first)
    assert partners.told == [(SOURCE, CARD, False), (PARTNER_B, CARD, False)]


async def test_an_app_token_is_told_to_its_partner_alone_and_a_vehicles_contract_to_nobody(
    database: Database, brands: Brands, partners: Partners
):
    ctx = brands.voltara
    async with database.work(ctx) as work:
        app = await tokens.app_token(work, new_id(), PARTNER_B, US, "Voltara")
        app = await blocking.block(work, app.uid, TokenType.APP_USER, "a fraud")
        car = await tokens.add_emaid(work, None, ContractId("NL", "VLT", "C00000001"), US, "Voltara")
    await deliver(database, ctx, partners, app)
    await deliver(database, ctx, partners, car)
    assert partners.told == [(PARTNER_B, app.uid, False)]


@pytest.mark.isolation
async def test_another_brands_event_tells_nothing_of_ours(database: Database, brands: Brands, partners: Partners):
    async with database.work(brands.voltara) as work:
        card = await tokens.add_rfid(work, None, CARD, US, "Voltara")
    await deliver(database, brands.kilowind, partners, card)
    assert partners.told == []
