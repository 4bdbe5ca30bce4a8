"""Invoice reconciliation in both directions: the CDRs that an invoice names are looked for and summed."""

from datetime import UTC, datetime
from decimal import Decimal

from roamgrid.canonical.party import PartyId
from roamgrid.core.invoices import service as invoices
from roamgrid.kernel import json
from roamgrid.ocpi.invoices import InvoiceRecord
from tests.ocpi.inbound import wire
from tests.ocpi.optional.conftest import GREENFIELD, Optional
from tests.ocpi.outbound.partner import ok

RECORD = {
    "country_code": "NL",
    "party_id": "GRF",
    "id": "R1",
    "invoice_id": "INV-2026-1",
    "cdrs": ["CDR1", "cdr2", "CDR9", "CDR1"],
    "last_updated": "2026-07-01T12:00:00Z",
}
OURS = InvoiceRecord(PartyId("NL", "VLT"), "V1", "VOL-7", ("CDR1",), datetime(2026, 7, 1, tzinfo=UTC))


async def bill(operator, *ids: str) -> None:
    for cdr_id in ids:
        answer = await operator.call("POST", "cdrs", wire.in_version("cdr", wire.cdr(cdr_id), "2.3.0"))
        assert answer.json()["status_code"] == 1000, answer.text


async def test_missing_and_repeated_cdrs_are_named_and_the_rest_is_summed(optional: Optional, brands):
    operator = await optional.operator()
    await bill(operator, "CDR1", "CDR2")
    assert (await operator.call("POST", "invoicereconciliation", RECORD)).status_code == 201
    (row,) = await optional.held("invoice_record")
    found = json.decode(row["finding"], invoices.Finding)
    assert (found.missing, found.repeated, found.complete) == (("CDR9",), ("CDR1",), False)
    assert [(one.currency, one.net, one.cdrs) for one in found.sums] == [("EUR", Decimal("9.04"), 2)]
    async with optional.world.database.work(brands.kilowind) as work:
        elsewhere = await invoices.reconcile(work, [GREENFIELD], RECORD["cdrs"])
    assert len(elsewhere.missing) == 3


async def test_a_cdr_that_comes_later_is_found_the_next_time(optional: Optional):
    operator = await optional.operator()
    await operator.call("POST", "invoicereconciliation", RECORD | {"cdrs": ["CDR1"]})
    await bill(operator, "CDR1")
    async with optional.world.database.work(optional.ctx) as work:
        assert (await invoices.reconcile(work, [GREENFIELD], ["cdr1"])).complete
        assert not (await invoices.reconcile(work, [PartyId("NL", "XXX")], ["CDR1"])).complete, "ids are an operator's own"


async def test_a_record_is_corrected_read_and_withdrawn(optional: Optional):
    operator = await optional.operator()
    address = "invoicereconciliation/NL/GRF/r1"
    await operator.call("POST", "invoicereconciliation", RECORD)
    corrected = RECORD | {"cdrs": ["CDR1"], "last_updated": "2026-07-02T12:00:00Z"}
    assert (await operator.call("PUT", address, corrected)).json()["status_code"] == 1000
    assert (await operator.call("GET", "invoicereconciliation/R1")).json()["data"] == corrected, "without the owner too"
    assert (await operator.call("DELETE", address)).json()["status_code"] == 1000
    assert (await operator.call("DELETE", address)).status_code == 404
    assert (await operator.call("GET", address)).status_code == 404
    (row,) = await optional.held("invoice_record")
    assert row["withdrawn"], "the body stays"


async def test_nobody_tells_of_others_invoices(optional: Optional):
    operator = await optional.operator()
    foreign = RECORD | {"party_id": "XXX"}
    assert (await operator.call("POST", "invoicereconciliation", foreign)).json()["status_code"] == 2001
    assert (await operator.call("PUT", "invoicereconciliation/NL/XXX/R1", foreign)).status_code == 404
    assert (await operator.call("POST", "invoicereconciliation", RECORD | {"cdrs": []})).json()["status_code"] in (1000, 2001)


async def test_a_provider_that_credits_us_names_our_cdrs(optional: Optional):
    """Reverse billing: we are the operator, the CDRs are ours."""
    provider = await optional.provider()
    record = RECORD | {"country_code": "BE", "party_id": "RMR", "cdrs": ["OWN1"]}
    assert (await provider.call("POST", "cpo/invoicereconciliation", record)).status_code == 201
    (row,) = await optional.held("invoice_record")
    assert json.decode(row["finding"], invoices.Finding).missing == ("OWN1",)


async def test_our_records_are_told_and_listed_for_their_partner_only(optional: Optional):
    provider, other = await optional.provider(), await optional.provider()
    await optional.invoices.tell(optional.ctx, provider.id, OURS)
    await optional.invoices.tell(optional.ctx, provider.id, OURS, corrects=True)
    post, put = optional.platform.asked
    assert (post.method, post.path, post.body["invoice_id"]) == ("POST", "/invoicereconciliation", "VOL-7")
    assert (put.method, put.path) == ("PUT", "/invoicereconciliation/NL/VLT/V1")
    listed = await provider.call("GET", "cpo/invoicereconciliation?limit=1")
    assert [one["id"] for one in listed.json()["data"]] == ["V1"]
    assert (listed.headers["x-total-count"], "link" in listed.headers) == ("1", False)
    assert (await other.call("GET", "cpo/invoicereconciliation")).json()["data"] == []
    await optional.invoices.withdraw(optional.ctx, provider.id, OURS)
    assert optional.platform.asked[-1].method == "DELETE"
    assert (await provider.call("GET", "cpo/invoicereconciliation")).json()["data"] == []


async def test_records_are_pulled_and_reconciled(optional: Optional):
    operator = await optional.operator()
    await bill(operator, "CDR1")
    optional.platform.script["/invoicereconciliation"] = [ok([RECORD | {"cdrs": ["CDR1"]}])]
    pulled = await optional.invoices.pull(optional.ctx, operator.id)
    assert pulled.stored == 1
    (row,) = await optional.held("invoice_record")
    assert json.decode(row["finding"], invoices.Finding).complete
