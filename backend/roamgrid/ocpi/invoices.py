"""Which CDRs an invoice is about (OCPI 2.3.0 edition 2, Invoice Reconciliation module)."""

from dataclasses import dataclass
from datetime import datetime

from roamgrid.canonical.party import PartyId


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """An invoice's CDRs by their ids, which are unique for their operator only. Amounts are in the CDRs alone."""

    party: PartyId
    id: str
    invoice_id: str
    cdrs: tuple[str, ...]
    last_updated: datetime
