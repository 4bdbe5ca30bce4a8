"""Invoice Reconciliation (OCPI 2.3.0 edition 2, Invoice Reconciliation module)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import PLUS, CountryCode, DateTime, Id36, Id39, PartyCode, Text, WireObject


class InvoiceReconciliationRecord(WireObject, frozen=True):
    """Which CDRs an invoice is about; their amounts are in the CDRs alone.

    Ids of CDRs may have 39 characters here, as the CDRs themselves: the record's own limit of 36 would leave credits out.
    """

    country_code: CountryCode
    party_id: PartyCode
    id: Id36
    invoice_id: Annotated[str, Text(255, ci=True)]
    cdrs: Annotated[tuple[Id39, ...], PLUS]
    last_updated: DateTime
