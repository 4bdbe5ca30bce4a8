"""A charge at a point that its operator and a hub both reach: which way the command takes, and when it takes the other (D9)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

import pytest

from roamgrid.canonical.command import Command, CommandReply, CommandResponse, CommandResult, StartSession, StopSession
from roamgrid.canonical.party import Party, Role, SourceId
from roamgrid.canonical.tariff import Tariff
from roamgrid.core.commands import repository as commands
from roamgrid.core.commands import service as command_service
from roamgrid.core.commands.errors import PartnerNotReached, PartnerUnavailable
from roamgrid.core.commands.models import CommandRow
from roamgrid.core.commands.service import CommandService
from roamgrid.core.commands.states import CommandState
from roamgrid.core.locations import service as locations
from roamgrid.core.parties import service as parties
from roamgrid.core.parties import standing
from roamgrid.core.parties.standing import SourceKind
from roamgrid.core.sessions import service as sessions
from roamgrid.core.tariffs import service as tariffs
from roamgrid.extensions import load_registry
from roamgrid.identity.drivers.models import Driver
from roamgrid.kernel.clock import FixedClock
from roamgrid.products.driver_app.charges.errors import ConnectorGone
from roamgrid.products.driver_app.charges.models import Charge
from roamgrid.products.driver_app.charges.progress import advance
from roamgrid.products.driver_app.charges.service import ChargeService
from roamgrid.products.driver_app.charges.states import ChargeState
from roamgrid.products.driver_app.offers.seal import OfferSeal
from roamgrid.products.driver_app.offers.service import OfferService
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests import builders
from tests.builders import NOON, OPERATOR, SOURCE, evse, location, received, tariff
from tests.conftest import Brands
from tests.graphql.world import PlayedBank
from tests.products.network import SECRET, brand_of, driver, one, store

HUB = SourceId(UUID("00000000-0000-7000-8000-0000000000ab"))
REGISTRY = load_registry()
SEAL = OfferSeal(SECRET)
NOT_SENT = PartnerNotReached("connection refused")
NO_ANSWER = PartnerUnavailable("did not answer within 10 s")


@dataclass(slots=True)
class Ways:
    """A `CommandGateway` over several sources; those in `fails` do."""

    fails: dict[SourceId, Exception] = field(default_factory=dict)
    asked: list[tuple[SourceId, Command]] = field(default_factory=list)

    async def start(self, ctx: TenantContext, source: SourceId, command: StartSession) -> CommandReply:
        return self._answer(source, command)

    async def stop(self, ctx: TenantContext, source: SourceId, command: StopSession) -> CommandReply:
        return self._answer(source, command)

    async def send(self, ctx: TenantContext, source: SourceId, command: Command) -> CommandReply:
        return self._answer(source, command)

    def _answer(self, source: SourceId, command: Command) -> CommandReply:
        self.asked.append((source, command))
        if source in self.fails:
            raise self.fails[source]
        return CommandReply(CommandResponse.ACCEPTED, 30)

    @property
    def sources(self) -> list[SourceId]:
        return [source for source, _ in self.asked]


class Shop:
    """One brand at noon whose only charging point is told of by its operator (`E1`) and a hub (`hub-1`)."""

    def __init__(self, database: Database, ctx: TenantContext, anna: Driver) -> None:
        self.database = database
        self.ctx = replace(ctx, clock=FixedClock(NOON))
        self.brand = brand_of(ctx)
        self.anna = anna
        self.ways = Ways()
        self.charges = ChargeService(database, SEAL, REGISTRY, CommandService(database, self.ways), PlayedBank())

    async def offer(self) -> str:
        row = await one(self.database, self.ctx, "select min(id) as id from connector")
        async with self.database.orm(self.ctx) as work:
            offers = OfferService(REGISTRY)
            offer = await offers.offer(work, await offers.terms(work, self.brand, self.anna), row["id"])
        return SEAL.seal(self.ctx, self.anna.id, offer)

    async def start(self, offer: str | None = None) -> Charge:
        return await self.charges.start(self.ctx, self.brand, self.anna.id, offer or await self.offer())

    async def command(self, charge: Charge) -> CommandRow:
        async with self.database.work(self.ctx) as work:
            row = await commands.lock_start(work, charge.reference)
        assert row is not None
        return row

    async def note(self, note: Callable[..., Awaitable[None]], *args: object) -> None:
        async with self.database.work(self.ctx) as work:
            await note(work, *args)

    async def priced_by_hub(self, price: Tariff) -> None:
        async with self.database.work(self.ctx) as work:
            await tariffs.put(work, HUB, received(price))


@pytest.fixture
async def shop(database: Database, brands: Brands) -> Shop:
    shop = Shop(database, brands.voltara, await driver(database, brands.voltara))
    await store(database, shop.ctx, [location()], [tariff()])
    async with database.work(shop.ctx) as work:
        await standing.note_kind(work, HUB, SourceKind.HUB)
        await parties.register(work, SOURCE, [Party(OPERATOR, Role.CPO, "Greenfield")])
        await parties.notice(work, HUB, Party(OPERATOR, Role.CPO, "Greenfield"))
        point = evse("hub-1", evse_id="NL*GRF*E1", evse_key="nlgrfe1")
        await locations.apply_page(work, HUB, [received(location("H", point))])
    await shop.priced_by_hub(tariff())
    return shop


async def test_a_start_takes_the_operators_own_way(shop: Shop) -> None:
    charge = await shop.start()
    assert shop.ways.sources == [SOURCE]
    assert (await shop.command(charge)).source == SOURCE


async def test_a_start_that_was_never_sent_goes_over_the_hub(shop: Shop) -> None:
    shop.ways.fails = {SOURCE: NOT_SENT}
    charge = await shop.start()
    assert charge.progress.state is ChargeState.ACCEPTED
    assert shop.ways.sources == [SOURCE, HUB]
    (_, first), (_, second) = shop.ways.asked
    assert isinstance(first, StartSession)
    assert isinstance(second, StartSession)
    assert (second.location_id, second.evse_uid) == ("H", "hub-1"), "as the hub names the point"
    assert first.command_id == second.command_id, "one command, one answer to wait for"
    assert first.token.uid != second.token.uid, "tokens are given to each partner by itself (D8)"
    command = await shop.command(charge)
    assert command.source == HUB
    grant = await one(shop.database, shop.ctx, "select source_id, token_uid from authorization_grant")
    assert grant == {"source_id": HUB, "token_uid": second.token.uid}, "what comes back is recognised"
    async with shop.database.work(shop.ctx) as work:
        assert not await command_service.result(work, SOURCE, command.id, CommandResult.FAILED, None), "it was never asked"
        assert await command_service.result(work, HUB, command.id, CommandResult.ACCEPTED, None)


async def test_a_start_without_an_answer_is_never_sent_again(shop: Shop) -> None:
    shop.ways.fails = {SOURCE: NO_ANSWER}
    with pytest.raises(PartnerUnavailable):
        await shop.start()
    assert shop.ways.sources == [SOURCE], "it may have been heard: the charge could start twice"


async def test_the_driver_learns_that_no_way_led_there(shop: Shop) -> None:
    shop.ways.fails = {SOURCE: NOT_SENT, HUB: NOT_SENT}
    with pytest.raises(PartnerUnavailable) as told:
        await shop.start()
    assert (type(told.value), told.value.code) == (PartnerUnavailable, "PARTNER_UNAVAILABLE")
    assert shop.ways.sources == [SOURCE, HUB]
    row = await one(shop.database, shop.ctx, "select state, reason from command")
    assert row == {"state": "FAILED", "reason": "PARTNER_UNAVAILABLE"}


async def test_a_source_that_is_known_to_be_down_is_asked_last(shop: Shop) -> None:
    offer = await shop.offer()
    await shop.note(standing.note_reachable, SOURCE, False)
    charge = await shop.start(offer)
    assert shop.ways.sources == [HUB], "the offer made before stays good: the hub asks the same price"
    assert charge.place.source == HUB


async def test_another_price_is_no_other_way(shop: Shop) -> None:
    await shop.priced_by_hub(tariff(per_kwh="0.55"))
    shop.ways.fails = {SOURCE: NOT_SENT}
    with pytest.raises(PartnerUnavailable):
        await shop.start()
    assert shop.ways.sources == [SOURCE], "the driver was offered 0.40 and the hub asks 0.55"


async def test_each_source_is_priced_by_its_own_tariffs(shop: Shop) -> None:
    await shop.priced_by_hub(tariff(per_kwh="0.55"))
    await shop.note(standing.note_reachable, SOURCE, False)
    charge = await shop.start()
    [energy] = [shown for shown in charge.offer.shown if shown.dimension == "ENERGY"]
    assert (shop.ways.sources, energy.amount) == ([HUB], Decimal("0.6655")), "0.55 and 21 per cent"


async def test_an_offer_of_a_source_that_left_is_refused_by_name(shop: Shop) -> None:
    offer = await shop.offer()
    async with shop.database.work(shop.ctx) as work:
        await locations.apply_page(work, SOURCE, [received(location(evses=(evse("E9", evse_id=None, evse_key=None),)))])
    with pytest.raises(ConnectorGone):
        await shop.start(offer)


async def charging(shop: Shop, over: SourceId) -> Charge:
    """A charge that runs, as that source reports it."""
    charge = await shop.start()
    session = builders.session(authorization_reference=charge.reference)
    async with shop.database.work(shop.ctx) as work:
        await sessions.put(work, over, session, b"{}")
        row = await commands.lock_start_of(work, charge.reference, over, OPERATOR)
        assert row is not None, "the command is found whichever channel reports its session"
        await commands.move(work, row, CommandState.CHARGING)
    async with shop.database.orm(shop.ctx) as orm:
        moved = await advance(orm, REGISTRY, charge.reference)
    assert moved is not None
    return moved


async def test_a_stop_takes_the_way_that_the_start_took(shop: Shop) -> None:
    charge = await charging(shop, over=HUB)
    shop.ways.asked.clear()
    await shop.charges.stop(shop.ctx, shop.anna.id, charge.id)
    assert shop.ways.sources == [SOURCE]


async def test_a_stop_goes_another_way_when_that_one_is_closed(shop: Shop) -> None:
    charge = await charging(shop, over=SOURCE)
    shop.ways.asked.clear()
    shop.ways.fails = {SOURCE: NOT_SENT}
    await shop.charges.stop(shop.ctx, shop.anna.id, charge.id)
    assert shop.ways.sources == [SOURCE, HUB]


@pytest.mark.isolation
async def test_the_other_brands_hub_is_no_way_for_us(shop: Shop, database: Database, brands: Brands) -> None:
    theirs = Shop(database, brands.kilowind, await driver(database, brands.kilowind))
    await store(database, theirs.ctx, [location()], [tariff()])
    theirs.ways.fails = {SOURCE: NOT_SENT}
    with pytest.raises(PartnerUnavailable):
        await theirs.start()
    assert theirs.ways.sources == [SOURCE]
