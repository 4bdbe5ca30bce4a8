"""Payments: terminals and what became of a capture (OCPI 2.3.0, Payments module). PTP is the payment terminal provider."""

from typing import Annotated, Generic, TypeVar

from roamgrid.ocpi.wire.common.declare import PLUS, CountryCode, DateTime, Id36, OrElse, PartyCode, Text, Url, WireObject
from roamgrid.ocpi.wire.v2_2_1 import types as before
from roamgrid.ocpi.wire.v2_3_0.enums import CaptureStatusCode, InvoiceCreator
from roamgrid.ocpi.wire.v2_3_0.types import Price

P = TypeVar("P", bound=WireObject)
Line = Annotated[str, Text(255, ci=True)]


class TerminalDetails(WireObject, frozen=True):
    """Where a terminal stands, what it is used for, and who invoices. An invoice is found at `invoice_base_url` + reference."""

    customer_reference: Id36 | None = None
    party_id: PartyCode | None = None
    country_code: CountryCode | None = None
    address: Annotated[str, Text(45, ci=True)] | None = None
    city: Annotated[str, Text(45, ci=True)] | None = None
    postal_code: Annotated[str, Text(10, ci=True)] | None = None
    state: Annotated[str, Text(20, ci=True)] | None = None
    country: Annotated[str, Text(3, ci=True)] | None = None
    coordinates: before.GeoLocation | None = None
    invoice_base_url: Url | None = None
    invoice_creator: InvoiceCreator | None = None
    reference: Id36 | None = None
    location_ids: tuple[Id36, ...] = ()
    evse_uids: tuple[Id36, ...] = ()


class Terminal(TerminalDetails, frozen=True, kw_only=True):
    """A payment terminal."""

    terminal_id: Id36
    last_updated: Annotated[DateTime | None, OrElse(None)]


class TerminalActivation(TerminalDetails, frozen=True):
    """Asks for a terminal; the PTP names it if the operator does not."""

    terminal_id: Id36 | None = None
    last_updated: DateTime | None = None


class FinancialAdviceConfirmationOf(WireObject, Generic[P], frozen=True):
    """What became of a capture. `eft_data`: the lines of the card receipt. `P`: how amounts are stated."""

    id: Id36
    authorization_reference: Id36
    total_costs: P
    currency: Annotated[str, Text(3, ci=True)]
    eft_data: Annotated[tuple[Line, ...], PLUS, OrElse(())]
    capture_status_code: CaptureStatusCode
    last_updated: Annotated[DateTime | None, OrElse(None)]
    capture_status_message: Line | None = None


class FinancialAdviceConfirmation(FinancialAdviceConfirmationOf[Price], frozen=True):
    """With the amounts of 2.3.0."""


class OldFinancialAdviceConfirmation(FinancialAdviceConfirmationOf[before.Price], frozen=True):
    """With the amounts of 2.2.1, as the chapter's own examples have them."""
