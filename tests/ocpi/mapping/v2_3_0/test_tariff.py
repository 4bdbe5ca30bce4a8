"""Tariffs of OCPI 2.3.0: on which side of tax prices are, what a booking costs, and conditions that we do not know."""

from decimal import Decimal
from typing import Any

import pytest

from roamgrid.canonical.tariff import BookingRestriction, PriceLimit, Tariff, TaxIncluded
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.carry.convert import convert
from roamgrid.ocpi.speech import Carried, Loss, Unsayable
from roamgrid.ocpi.wire.common.deviations import Read, Refused
from roamgrid.pricing.compiled import compile_tariff
from roamgrid.pricing.phase import Phase
from tests.ocpi.mapping.v2_3_0 import objects
from tests.ocpi.objects import MISSING, component, element

adapter = adapter_for("2.3.0", "default")
older = adapter_for("2.2.1", "default")
oldest = adapter_for("2.1.1", "default")
UNKNOWN_CONDITION = element(restrictions={"min_temperature": -20})
BOOKING = element(price_components=[component(type="FLAT", price=3)], restrictions={"booking": "BOOKING"})


def read(**changes: Any) -> Read[Tariff]:
    return adapter.read(kinds.TARIFF, json.dumps(objects.tariff(**changes)))


@pytest.mark.parametrize("stated", ["YES", "NO", "N/A"])
def test_the_side_of_tax_is_kept_both_ways(stated: str):
    value = read(tax_included=stated).value
    assert value.tax_included is TaxIncluded(stated)
    assert adapter.write(kinds.TARIFF, value).document["tax_included"] == stated


def test_prices_whose_side_of_tax_is_not_said_are_net_and_the_omission_is_recorded():
    found = read(tax_included=MISSING)
    assert found.value.tax_included is TaxIncluded.NO
    assert [(item.code.value, item.field) for item in found.deviations] == [("MISSING_FIELD", "/tax_included")]


def test_a_side_of_tax_that_we_do_not_know_is_refused():
    with pytest.raises(Refused) as refusal:
        read(tax_included="PARTLY")
    assert refusal.value.field == "/tax_included"


def test_limits_bind_on_both_sides():
    value = read(
        min_price={"before_taxes": Decimal("0.50")}, max_price={"before_taxes": 20, "after_taxes": Decimal("24.20")}
    ).value
    assert value.min_price == PriceLimit(Decimal("0.50"), None)
    assert value.max_price == PriceLimit(Decimal(20), Decimal("24.20"))
    document = adapter.write(kinds.TARIFF, value).document
    assert document["max_price"] == {"before_taxes": Decimal(20), "after_taxes": Decimal("24.20")}


def test_what_to_reserve_on_a_card_survives():
    raw = json.dumps(objects.tariff(preauthorize_amount=Decimal("60.00")))
    found = adapter.read(kinds.TARIFF, raw)
    assert found.deviations == ()
    assert adapter.write(kinds.TARIFF, found.value, Carried("2.3.0", raw)).document == json.loads(raw)


def test_an_unknown_condition_is_no_reason_to_refuse_and_none_to_offer_its_price():
    raw = json.dumps(objects.tariff(elements=[element(), UNKNOWN_CONDITION]))
    found = adapter.read(kinds.TARIFF, raw)
    assert found.value.elements == ()
    assert [(item.code.value, item.field) for item in found.deviations] == [
        ("UNKNOWN_FIELD", "/elements/*/restrictions/*"),
        ("UNREADABLE", "/elements"),
    ]
    assert adapter.write(kinds.TARIFF, found.value, Carried("2.3.0", raw)).document == json.loads(raw)


@pytest.mark.parametrize("target", [older, oldest], ids=lambda target: target.version)
def test_a_price_with_a_condition_that_another_version_cannot_state_does_not_reach_it(target: Adapter):
    raw = json.dumps(objects.tariff(elements=[element(), UNKNOWN_CONDITION]))
    written = convert(kinds.TARIFF, raw, adapter, target)
    assert written.document["elements"] == []
    assert Loss("/elements/*/restrictions/min_temperature", "-20") in written.losses


def test_an_unknown_condition_within_a_cdr_leaves_its_tariff_without_prices():
    tariff = objects.tariff(elements=[UNKNOWN_CONDITION])
    cdr = adapter.read(kinds.CDR, json.dumps(objects.cdr(tariffs=[tariff]))).value
    assert [(item.id, item.elements) for item in cdr.tariffs] == [("T1", ())]


def test_the_price_of_a_booking_is_no_price_of_a_charge():
    value = read(elements=[BOOKING, element()]).value
    assert [item.restrictions and item.restrictions.booking for item in value.elements] == [BookingRestriction.BOOKING, None]
    candidates = compile_tariff(value).candidates
    assert {item.element for by_phase in candidates.values() for items in by_phase.values() for item in items} == {1}
    assert not any(candidates[Phase.RESERVATION].values())


def test_booking_prices_are_written_to_who_knows_them_and_kept_from_who_does_not():
    value = read(elements=[BOOKING, element()]).value
    assert adapter.write(kinds.TARIFF, value).document["elements"][0]["restrictions"] == {"booking": "BOOKING"}
    written = older.write(kinds.TARIFF, value)
    assert [item["price_components"][0]["type"] for item in written.document["elements"]] == ["ENERGY"]
    assert written.losses == (Loss("/elements/*/restrictions/booking", "BOOKING"),)
    with pytest.raises(Unsayable):
        older.write(kinds.TARIFF, read(elements=[BOOKING]).value)


def test_a_booking_condition_that_we_do_not_know_is_refused():
    with pytest.raises(Refused) as refusal:
        read(elements=[element(restrictions={"booking": "BOOKING_GIFT"})])
    assert refusal.value.field == "/elements/*/restrictions/booking"
