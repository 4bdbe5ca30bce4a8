"""Offers on a real database: the price from named versions, in the lawful order, unknown where it is unknown."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from roamgrid.canonical.tariff import Dimension
from roamgrid.extensions import UnknownReason, load_registry
from roamgrid.kernel.clock import FixedClock
from roamgrid.kernel.errors import NotFound
from roamgrid.products.driver_app.offers.service import OfferService
from roamgrid.settlement import plans
from tests.builders import NOON, connector, evse, location, tariff
from tests.products.network import brand_of, connector_id, one, priced, store

OFFERS = OfferService(load_registry())


async def offer_of(database, ctx, connector, driver=None):
    at_noon = replace(ctx, clock=FixedClock(NOON))
    async with database.orm(at_noon) as work:
        return await OFFERS.offer(work, await OFFERS.terms(work, brand_of(ctx), driver), connector)


def with_tariffs(*tariff_ids: str):
    return location("A", evse("E1", connector(tariff_ids=tariff_ids)))


def lines(offer):
    return [(line.dimension.value, line.origin.value, line.unit.value, line.amount) for line in offer.shown]


async def test_the_operators_price_and_the_brands_fee_are_shown_apart_with_vat(database, brands):
    price = priced("T1", (Dimension.FLAT, "1.00"), (Dimension.ENERGY, "0.40"))
    await store(database, brands.voltara, [location()], [price])
    offer = await offer_of(database, brands.voltara, await connector_id(database, brands.voltara))
    assert lines(offer) == [
        ("ENERGY", "CPO", "kWh", Decimal("0.484")),
        ("FLAT", "CPO", "session", Decimal("1.21")),
        ("FLAT", "MSP_FEE", "session", Decimal("0.4235")),
    ]
    assert all(line.tax_included for line in offer.shown)
    assert offer.startable


async def test_an_offer_names_its_versions_and_its_end(database, brands):
    await store(database, brands.voltara, [location()], [tariff()])
    offer = await offer_of(database, brands.voltara, await connector_id(database, brands.voltara))
    async with database.orm(brands.voltara) as work:
        plan = await plans.service.default(work)
    assert offer.versions.plan == plan.id
    assert offer.versions.tariff == (await one(database, brands.voltara, "select id from tariff_version"))["id"]
    assert offer.versions.rule_pack == "eu_afir-1.0+nl-1.0"
    assert offer.valid_until == NOON + timedelta(minutes=15)


async def test_a_price_that_nobody_published_is_unknown_and_cannot_be_taken(database, brands):
    await store(database, brands.voltara, [with_tariffs("missing")])
    offer = await offer_of(database, brands.voltara, await connector_id(database, brands.voltara))
    assert offer.price_unknown is UnknownReason.NO_TARIFF
    assert offer.shown == ()
    assert offer.display.text == "prijs onbekend"
    assert not offer.startable


async def test_a_fixed_price_plan_knows_its_price_even_then(database, brands):
    await store(database, brands.kilowind, [with_tariffs()])
    offer = await offer_of(database, brands.kilowind, await connector_id(database, brands.kilowind))
    assert lines(offer) == [("ENERGY", "MSP_FEE", "kWh", Decimal("0.6292"))]
    assert offer.startable
    assert offer.versions.tariff is None


async def test_the_first_tariff_for_charges_under_contract_is_used(database, brands):
    prices = [tariff("spot", "0.90", type="AD_HOC_PAYMENT"), tariff("regular", "0.50")]
    await store(database, brands.voltara, [with_tariffs("gone", "spot", "regular")], prices)
    offer = await offer_of(database, brands.voltara, await connector_id(database, brands.voltara))
    assert lines(offer)[0] == ("ENERGY", "CPO", "kWh", Decimal("0.605"))


async def test_a_tariff_that_has_ended_is_no_price(database, brands):
    await store(database, brands.voltara, [location()], [tariff(valid_to=NOON)])
    offer = await offer_of(database, brands.voltara, await connector_id(database, brands.voltara))
    assert offer.price_unknown is UnknownReason.NO_TARIFF


async def test_a_connector_of_another_brands_network_does_not_exist(database, brands):
    await store(database, brands.voltara, [location()], [tariff()])
    await store(database, brands.kilowind)
    connector = await connector_id(database, brands.voltara)
    with pytest.raises(NotFound):
        await offer_of(database, brands.kilowind, connector)
