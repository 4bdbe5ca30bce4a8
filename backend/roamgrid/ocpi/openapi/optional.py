"""What the optional modules of OCPI 2.3.0 serve, for tenants that declare them."""

from roamgrid.ocpi import kinds
from roamgrid.ocpi.openapi.operation import ModuleOperations, Operation, Payload
from roamgrid.ocpi.openapi.pages import WINDOW

_OWNED = "/{country_code}/{party_id}"
_RECORD = Payload(kinds.INVOICE_RECORD)
_BOOKING = Payload(kinds.BOOKING)
_LOCATION = Payload(kinds.BOOKING_LOCATION)
_CALENDAR = Payload(kinds.BOOKING_LOCATION, ("calendars",))


def _object(path: str, name: str, payload: Payload) -> tuple[Operation, ...]:
    return (
        Operation("GET", path, f"Read {name} as it is stored here", data=payload),
        Operation("PUT", path, f"Store {name}", body=payload),
        Operation("PATCH", path, f"Change {name}", body=Payload(payload.kind, payload.within, partial=True)),
    )


def _record(path: str) -> tuple[Operation, ...]:
    return (
        Operation("GET", path, "Read an invoice reconciliation record as it is stored here", data=_RECORD),
        Operation("PUT", path, "Correct an invoice reconciliation record", body=_RECORD),
        Operation("DELETE", path, "Withdraw an invoice reconciliation record", needs=kinds.INVOICE_RECORD),
    )


INVOICES = ModuleOperations(
    "invoicereconciliation",
    (
        Operation(
            "GET", "", "List the records that we issued for you", data=Payload(kinds.INVOICE_RECORD, many=True), query=WINDOW
        ),
        Operation("POST", "", "Tell which CDRs an invoice is about", body=_RECORD),
        *_record("/{record_id}"),
        *_record(f"{_OWNED}/{{id}}"),
    ),
)

BOOKINGS = ModuleOperations(
    "bookings",
    (
        *_object(f"{_OWNED}/{{booking_id}}", "a booking", _BOOKING),
        *_object(f"{_OWNED}/booking_locations/{{booking_location_id}}", "what can be booked", _LOCATION),
        *_object(f"{_OWNED}/booking_locations/{{booking_location_id}}/{{calendar_id}}", "a calendar", _CALENDAR),
    ),
)

PAYMENTS = ModuleOperations(
    "payments",
    (
        Operation("POST", "/terminals", "Tell of a new terminal", body=Payload(kinds.TERMINAL)),
        Operation("GET", "/terminals/{terminal_id}", "Read a terminal as it is stored here", data=Payload(kinds.TERMINAL)),
        Operation(
            "POST", "/financial-advice-confirmations", "Tell what a capture came to", body=Payload(kinds.FINANCIAL_ADVICE)
        ),
        Operation(
            "GET",
            "/financial-advice-confirmations/{advice_id}",
            "Read what a capture came to as it is stored here",
            data=Payload(kinds.FINANCIAL_ADVICE),
        ),
    ),
)
