"""Sessions and CDRs of OCPI 2.3.0: amounts with the taxes on them."""

from decimal import Decimal

import pytest

from roamgrid.canonical.session import Amount, Tax
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.carry.convert import convert
from roamgrid.ocpi.speech import Carried, Loss
from roamgrid.ocpi.wire.common.deviations import Refused
from tests.ocpi.mapping.v2_3_0 import objects

adapter = adapter_for("2.3.0", "default")
before = adapter_for("2.2.1", "default")


def test_the_gross_amount_is_the_net_one_and_its_taxes():
    read = adapter.read(kinds.CDR, json.dumps(objects.cdr()))
    assert read.deviations == ()
    assert read.value.total_cost == Amount(
        Decimal("4.52"),
        Decimal("5.20"),
        (Tax("QST", Decimal("0.45"), Decimal("9.975"), "1023456789TQ0001"), Tax("GST", Decimal("0.23"))),
    )


@pytest.mark.parametrize("stated", [{"before_taxes": 4}, {"before_taxes": 4, "taxes": []}])
def test_without_taxes_the_gross_amount_is_unknown_not_the_net_one(stated: dict[str, object]):
    session = adapter.read(kinds.SESSION, json.dumps(objects.session(total_cost=stated))).value
    assert session.total_cost == Amount(Decimal(4), None, ())


def test_an_amount_whose_taxes_are_unreadable_is_not_understood():
    broken = objects.price("4.52", {"name": "QST", "amount": "some"})
    with pytest.raises(Refused) as refusal:
        adapter.read(kinds.CDR, json.dumps(objects.cdr(total_cost=broken)))
    assert refusal.value.field == "/total_cost/taxes/*/amount"


def test_sub_totals_and_negative_totals_are_read_alike():
    cdr = objects.cdr(total_cost=objects.price("-4.52"), total_energy_cost=objects.price("4.00"), credit=True)
    value = adapter.read(kinds.CDR, json.dumps(cdr)).value
    assert (value.total_cost.net, value.total_energy_cost) == (Decimal("-4.52"), Amount(Decimal("4.00"), None, ()))


def test_taxes_are_written_as_they_were_read():
    value = adapter.read(kinds.CDR, json.dumps(objects.cdr())).value
    written = adapter.write(kinds.CDR, value)
    assert written.document["total_cost"] == objects.price("4.52", objects.QST, objects.GST)
    assert written.losses == ()


def test_a_gross_amount_without_taxes_is_not_turned_into_one_with_a_guessed_tax():
    """From 2.2.1: 4.52 and 5.4692 with VAT; nobody said which tax the 0.9492 is."""
    old = objects.cdr(total_cost={"excl_vat": Decimal("4.52"), "incl_vat": Decimal("5.4692")})
    written = adapter.write(kinds.CDR, before.read(kinds.CDR, json.dumps(old)).value)
    assert written.document["total_cost"] == {"before_taxes": Decimal("4.52")}
    assert written.losses == (Loss("/total_cost/incl_vat", "5.4692"),)


def test_a_peer_that_still_states_the_prices_of_2_2_1_is_understood():
    old = objects.cdr(
        total_cost={"excl_vat": Decimal("4.52"), "incl_vat": Decimal("5.4692")}, total_energy_cost={"excl_vat": 4}
    )
    read = adapter.read(kinds.CDR, json.dumps(old))
    assert read.value.total_cost == Amount(Decimal("4.52"), Decimal("5.4692"), None)
    assert read.value.total_energy_cost == Amount(Decimal(4))
    assert [(item.code.value, item.field, item.example) for item in read.deviations] == [
        ("UNKNOWN_FIELD", "/total_cost/*", "excl_vat")
    ]
    session = adapter.read(kinds.SESSION, json.dumps(objects.session(total_cost={"excl_vat": 2})))
    assert session.value.total_cost == Amount(Decimal(2))


def test_what_bookings_add_is_known_and_survives():
    period = {
        "start_date_time": "2026-06-01T12:00:00Z",
        "dimensions": [{"type": "RESERVATION_OVERTIME", "volume": Decimal("0.25")}],
    }
    raw = json.dumps(objects.cdr(booking_id="B1", charging_periods=[period]))
    read = adapter.read(kinds.CDR, raw)
    assert read.deviations == ()
    assert read.value.periods[0].volumes[0].dimension == "RESERVATION_OVERTIME"
    assert adapter.write(kinds.CDR, read.value, Carried("2.3.0", raw)).document == json.loads(raw)


def test_for_2_2_1_the_taxes_are_added_up_and_named_as_lost():
    written = convert(kinds.CDR, json.dumps(objects.cdr(booking_id="B1")), adapter, before)
    assert written.document["total_cost"] == {"excl_vat": Decimal("4.52"), "incl_vat": Decimal("5.20")}
    assert set(written.losses) == {
        Loss("/total_cost/taxes/*", "QST 0.45"),
        Loss("/total_cost/taxes/*", "GST 0.23"),
        Loss("/booking_id", "B1"),
    }
