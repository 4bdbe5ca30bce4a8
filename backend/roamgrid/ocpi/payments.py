"""Payment terminals and captures, as platforms exchange them (OCPI 2.3.0, Payments module).

Fields are called as on the wire, so that one mapping serves them all (`mapping/v2_3_0/alike`).
"""

from dataclasses import dataclass
from datetime import datetime

from roamgrid.canonical.location import Coordinates
from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount


@dataclass(frozen=True, slots=True)
class Terminal:
    """A payment terminal and the charging points that it serves. `terminal_id` None: not named yet, its provider will.

    `invoice_creator`: CPO or PTP (the terminal's provider); the operator's invoices are at `invoice_base_url` + reference.
    """

    terminal_id: str | None
    last_updated: datetime | None
    party: PartyId | None = None
    customer_reference: str | None = None
    address: str | None = None
    city: str | None = None
    postal_code: str | None = None
    state: str | None = None
    country: str | None = None
    coordinates: Coordinates | None = None
    invoice_base_url: str | None = None
    invoice_creator: str | None = None
    reference: str | None = None
    location_ids: tuple[str, ...] = ()
    evse_uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FinancialAdvice:
    """What became of a capture: SUCCESS, PARTIAL_SUCCESS or FAILED. `eft_data`: the lines of the card receipt."""

    id: str
    authorization_reference: str
    total_costs: Amount
    currency: CurrencyCode
    eft_data: tuple[str, ...]
    capture_status_code: str
    last_updated: datetime
    capture_status_message: str | None = None
