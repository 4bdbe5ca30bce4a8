"""The forms of the optional modules: Payments, Bookings 1.1 and Invoice Reconciliation (OCPI 2.3.0)."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from roamgrid.ocpi import bookings, invoices, kinds
from roamgrid.ocpi.mapping.v2_3_0 import payments
from roamgrid.ocpi.mapping.v2_3_0.alike import Value, as_document, as_value
from roamgrid.ocpi.mapping.v2_3_0.old_prices import states_old_prices
from roamgrid.ocpi.payments import FinancialAdvice, Terminal
from roamgrid.ocpi.speech import Document, Form, Losses, ObjectKind, Ways
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_3_0 import bookings as wire_bookings
from roamgrid.ocpi.wire.v2_3_0 import invoices as wire_invoices
from roamgrid.ocpi.wire.v2_3_0 import payments as wire_payments

V = TypeVar("V", bound=Value)

_terminal = object_reader(wire_payments.Terminal)
_activation = object_reader(wire_payments.TerminalActivation)
_advice = object_reader(wire_payments.FinancialAdviceConfirmation)
_old_advice = object_reader(wire_payments.OldFinancialAdviceConfirmation)


def _read_terminal(document: Any, ways: Ways, found: Found) -> Terminal:
    return payments.terminal(_terminal(document, found))


def _read_activation(document: Any, ways: Ways, found: Found) -> Terminal:
    return payments.terminal(_activation(document, found))


def _read_advice(document: Any, ways: Ways, found: Found) -> FinancialAdvice:
    if states_old_prices(document, "total_costs", found):
        return payments.advice(_old_advice(document, found))
    return payments.advice(_advice(document, found))


def _alike(declared: type[WireObject], to: type[V]) -> Form[V]:
    """The form of an object whose value has the same fields."""
    read_wire: Callable[[Any, Found], WireObject] = object_reader(declared)

    def read(document: Any, ways: Ways, found: Found) -> V:
        return as_value(read_wire(document, found), to)

    def write(value: V, ways: Ways, losses: Losses) -> Document:
        return as_document(value)

    return Form(declared, read, write)


FORMS: Mapping[ObjectKind[Any], Form[Any]] = {
    kinds.TERMINAL: Form(wire_payments.Terminal, _read_terminal, payments.write_terminal),
    kinds.TERMINAL_ACTIVATION: Form(wire_payments.TerminalActivation, _read_activation, payments.write_terminal),
    kinds.FINANCIAL_ADVICE: Form(wire_payments.FinancialAdviceConfirmation, _read_advice, payments.write_advice),
    kinds.BOOKING_LOCATION: _alike(wire_bookings.BookingLocation, bookings.BookingLocation),
    kinds.BOOKING_REQUEST: _alike(wire_bookings.BookingRequest, bookings.BookingRequest),
    kinds.BOOKING: _alike(wire_bookings.Booking, bookings.Booking),
    kinds.INVOICE_RECORD: _alike(wire_invoices.InvoiceReconciliationRecord, invoices.InvoiceRecord),
}
