"""Terminals and captures, and the record of an invoice's CDRs."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from roamgrid.canonical.location import Coordinates
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount, Tax
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import NotSpoken, adapter_for
from roamgrid.ocpi.invoices import InvoiceRecord
from roamgrid.ocpi.payments import FinancialAdvice, Terminal
from roamgrid.ocpi.wire.common.deviations import Refused

adapter = adapter_for("2.3.0", "default")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

TERMINAL = {
    "terminal_id": "TERM-1",
    "customer_reference": "Greenfield",
    "country_code": "NL",
    "party_id": "GRF",
    "address": "Stationsplein 1",
    "coordinates": {"latitude": "52.090737", "longitude": "5.121421"},
    "invoice_base_url": "https://ptp.example/invoices/",
    "invoice_creator": "PTP",
    "location_ids": ["LOC1", "LOC2"],
    "evse_uids": ["E1"],
    "last_updated": "2026-06-01T12:00:00Z",
}
ADVICE = {
    "id": "FAC-1",
    "authorization_reference": "ref-1",
    "total_costs": {
        "before_taxes": Decimal("4.00"),
        "taxes": [{"name": "VAT", "percentage": 10, "amount": Decimal("0.40")}],
    },
    "currency": "EUR",
    "eft_data": ["Mastercard", "Amount: EUR 4.40"],
    "capture_status_code": "SUCCESS",
    "last_updated": "2026-06-01T12:00:00Z",
}
RECORD = {
    "country_code": "NL",
    "party_id": "GRF",
    "id": "REC-1",
    "invoice_id": "2026-00017",
    "cdrs": ["CDR1", "CDR2-" + "C" * 34],
    "last_updated": "2026-06-01T12:00:00Z",
}


def test_a_terminal():
    read = adapter.read(kinds.TERMINAL, json.dumps(TERMINAL))
    assert read.deviations == ()
    assert read.value == Terminal(
        terminal_id="TERM-1",
        last_updated=NOON,
        party=PartyId("NL", "GRF"),
        customer_reference="Greenfield",
        address="Stationsplein 1",
        coordinates=Coordinates(Decimal("52.090737"), Decimal("5.121421")),
        invoice_base_url="https://ptp.example/invoices/",
        invoice_creator="PTP",
        location_ids=("LOC1", "LOC2"),
        evse_uids=("E1",),
    )
    assert adapter.write(kinds.TERMINAL, read.value).document == TERMINAL


def test_a_terminal_without_a_name_can_be_asked_for_but_is_none():
    wanted = json.dumps({"reference": "SN-1", "location_ids": ["LOC1"]})
    read = adapter.read(kinds.TERMINAL_ACTIVATION, wanted)
    assert (read.value, read.deviations) == (Terminal(None, None, reference="SN-1", location_ids=("LOC1",)), ())
    assert adapter.write(kinds.TERMINAL_ACTIVATION, read.value).document == json.loads(wanted)
    with pytest.raises(Refused) as refusal:
        adapter.read(kinds.TERMINAL, wanted)
    assert refusal.value.field == "/terminal_id"


def test_what_became_of_a_capture():
    read = adapter.read(kinds.FINANCIAL_ADVICE, json.dumps(ADVICE))
    assert read.deviations == ()
    assert read.value == FinancialAdvice(
        id="FAC-1",
        authorization_reference="ref-1",
        total_costs=Amount(Decimal("4.00"), Decimal("4.40"), (Tax("VAT", Decimal("0.40"), Decimal(10)),)),
        currency=read.value.currency,
        eft_data=("Mastercard", "Amount: EUR 4.40"),
        capture_status_code="SUCCESS",
        last_updated=NOON,
    )
    assert adapter.write(kinds.FINANCIAL_ADVICE, read.value).document == ADVICE


def test_a_capture_in_the_prices_of_2_2_1_as_the_chapter_shows_it():
    old = ADVICE | {"total_costs": {"excl_vat": Decimal("4.00"), "incl_vat": Decimal("4.40")}}
    read = adapter.read(kinds.FINANCIAL_ADVICE, json.dumps(old))
    assert read.value.total_costs == Amount(Decimal("4.00"), Decimal("4.40"))
    assert [(item.code.value, item.field) for item in read.deviations] == [("UNKNOWN_FIELD", "/total_costs/*")]


def test_an_invoice_names_its_cdrs_and_credits_which_have_longer_ids():
    read = adapter.read(kinds.INVOICE_RECORD, json.dumps(RECORD))
    assert read.deviations == ()
    assert read.value == InvoiceRecord(PartyId("NL", "GRF"), "REC-1", "2026-00017", ("CDR1", "CDR2-" + "C" * 34), NOON)
    assert adapter.write(kinds.INVOICE_RECORD, read.value).document == RECORD


def test_older_versions_know_none_of_it():
    older = adapter_for("2.2.1", "default")
    assert not any(older.speaks(kind) for kind in (kinds.TERMINAL, kinds.FINANCIAL_ADVICE, kinds.INVOICE_RECORD, kinds.BOOKING))
    with pytest.raises(NotSpoken):
        older.read(kinds.TERMINAL, json.dumps(TERMINAL))
