"""Taking an offer, and what stands in the way, on a real database."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from roamgrid.core.commands.service import CommandService
from roamgrid.extensions import load_registry
from roamgrid.identity.access import DriverId
from roamgrid.kernel.clock import FixedClock
from roamgrid.products.driver_app.charges.errors import ConnectorGone
from roamgrid.products.driver_app.charges.service import ChargeService
from roamgrid.products.driver_app.charges.states import ChargeState
from roamgrid.products.driver_app.offers.errors import OfferExpired, OfferNotFound, PriceNotKnown
from roamgrid.products.driver_app.offers.seal import OfferSeal
from roamgrid.products.driver_app.offers.service import OfferService
from tests.builders import NOON, location, tariff
from tests.graphql.world import PlayedBank, PlayedOperator
from tests.products.network import SECRET, brand_of, connector_id, driver, one, store

SEAL = OfferSeal(SECRET)
REGISTRY = load_registry()


class Shop:
    """One brand at noon, with one driver, and everything that a start needs."""

    def __init__(self, database, ctx, anna):
        self.database = database
        self.clock = FixedClock(NOON)
        self.ctx = replace(ctx, clock=self.clock)
        self.brand = brand_of(ctx)
        self.anna = anna
        self.operator = PlayedOperator()
        self.bank = PlayedBank()
        self.charges = ChargeService(database, SEAL, REGISTRY, CommandService(database, self.operator), self.bank)

    async def offer(self) -> str:
        """A sealed offer for the only connector, even one that cannot be taken."""
        offers = OfferService(REGISTRY)
        key = await connector_id(self.database, self.ctx)
        async with self.database.orm(self.ctx) as work:
            offer = await offers.offer(work, await offers.terms(work, self.brand, self.anna), key)
        return SEAL.seal(self.ctx, self.anna.id, offer)

    async def start(self, offer, who=None):
        return await self.charges.start(self.ctx, self.brand, who or self.anna.id, offer)


@pytest.fixture
async def shop(database, brands):
    await store(database, brands.voltara, [location()], [tariff()])
    return Shop(database, brands.voltara, await driver(database, brands.voltara))


async def test_a_start_pins_what_was_offered(shop):
    charge = await shop.start(await shop.offer())
    row = await one(shop.database, shop.ctx, "select * from authorization_grant")
    assert row["reference"] == charge.reference == str(charge.id)
    assert len(charge.reference) <= 36
    assert str(charge.offer.versions.tariff) in row["pins"]
    assert str(charge.offer.versions.plan) in row["pins"]
    assert "eu_afir-1.0+nl-1.0" in row["pins"]


async def test_an_offer_holds_for_a_quarter_of_an_hour(shop):
    offer = await shop.offer()
    shop.clock.advance(timedelta(minutes=15))
    with pytest.raises(OfferExpired):
        await shop.start(offer)
    shop.clock.advance(timedelta(seconds=-1))
    assert (await shop.start(offer)).progress.state is ChargeState.ACCEPTED


async def test_an_offer_is_for_the_driver_who_got_it(shop):
    with pytest.raises(OfferNotFound):
        await shop.start(await shop.offer(), DriverId(uuid4()))


async def test_a_changed_offer_is_no_offer(shop):
    header, payload, signature = (await shop.offer()).split(".")
    for forged in (f"{header}.{payload[:-2]}AA.{signature}", f"{header}.{payload}.{signature[:-2]}AA", f"{header}.{payload}."):
        with pytest.raises(OfferNotFound):
            await shop.start(forged)


async def test_an_unknown_price_is_never_started(database, brands):
    await store(database, brands.voltara, [location()])
    shop = Shop(database, brands.voltara, await driver(database, brands.voltara))
    with pytest.raises(PriceNotKnown):
        await shop.start(await shop.offer())
    assert await one(database, brands.voltara, "select 1 from charge") is None


async def test_a_connector_that_was_removed_meanwhile(shop):
    offer = await shop.offer()
    async with shop.database.work(shop.ctx) as work:
        await work.conn.execute("update location set removed_at = now()")
    with pytest.raises(ConnectorGone):
        await shop.start(offer)


async def test_an_id_that_names_another_connector_by_now_is_not_taken(shop):
    offer = await shop.offer()
    async with shop.database.work(shop.ctx) as work:
        await work.conn.execute("update connector set connector_id = '2'")
    with pytest.raises(ConnectorGone):
        await shop.start(offer)


async def test_ten_taps_on_the_button_start_one_charge(shop):
    offer = await shop.offer()
    charges = await asyncio.gather(*(shop.start(offer) for _ in range(10)))
    assert len({charge.id for charge in charges}) == 1
    assert len(shop.operator.asked) == 1


async def test_a_start_that_was_interrupted_is_failed_and_said_so(shop):
    shop.bank.error = asyncio.CancelledError()  # the process dies between the record and the question
    with pytest.raises(asyncio.CancelledError):
        await shop.start(await shop.offer())
    assert await shop.charges.reap(shop.ctx) == []
    shop.clock.advance(timedelta(minutes=3))
    (charge,) = await shop.charges.reap(shop.ctx)
    assert (charge.progress.state, charge.progress.failure.code) == (ChargeState.FAILED, "START_LOST")
    assert await shop.charges.reap(shop.ctx) == []


async def test_reaping_leaves_a_start_alone_that_the_operator_is_thinking_about(shop):
    await shop.start(await shop.offer())
    shop.clock.advance(timedelta(minutes=3))
    assert await shop.charges.reap(shop.ctx) == []


async def test_reaping_one_brand_leaves_the_other_alone(shop, database, brands):
    shop.bank.error = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await shop.start(await shop.offer())
    shop.clock.advance(timedelta(minutes=3))
    assert await shop.charges.reap(replace(brands.kilowind, clock=shop.clock)) == []
    assert (await one(database, brands.voltara, "select state from charge"))["state"] == "REQUESTED"
