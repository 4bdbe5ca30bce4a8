"""The specification's own examples of 2.3.0, Payments and Bookings are read, where they break its rules we say so, and all
of them go out as they came in.
"""

from fnmatch import fnmatch
from typing import Any

import pytest

from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.speech import Carried, ObjectKind
from tests.ocpi.facts import SHARED, shared

adapter = adapter_for("2.3.0", "default")
FOLDERS = ("2.3.0", "2.3.0-payments", "2.3.0-bookings")
KINDS: dict[str, ObjectKind[Any]] = {
    "cdr_example*": kinds.CDR,
    "credentials_example*": kinds.CREDENTIALS,
    "location_example*": kinds.LOCATION,
    "session_example*": kinds.SESSION,
    "tariff*": kinds.TARIFF,
    "token_example*": kinds.TOKEN,
    "token_put*": kinds.TOKEN,
    "payment_financial*": kinds.FINANCIAL_ADVICE,
    "payment_terminal_activate*": kinds.TERMINAL_ACTIVATION,
    "payment_terminal_create_minimal*": kinds.TERMINAL_ACTIVATION,
    "payment_terminal_location_assignment*": kinds.TERMINAL_ACTIVATION,
    "payment_terminal_put_update*": kinds.TERMINAL_ACTIVATION,
    "payment_terminal*": kinds.TERMINAL,
    "booking_example*": kinds.BOOKING,
    "booking_location_example*": kinds.BOOKING_LOCATION,
}
"""Bodies that name no terminal are read as what asks for one."""

BREAKS = {
    "cdr_example.json": {("MISSING_FIELD", "/tariffs/*/tax_included")},
    "tariff_put_example.json": {("MISSING_FIELD", "/last_updated")},
    "payment_financial_advice_confirmation_example_failure.json": {
        ("UNKNOWN_FIELD", "/total_costs/*"),
        ("MISSING_FIELD", "/eft_data"),
    },
    "payment_financial*": {("UNKNOWN_FIELD", "/total_costs/*")},
    "booking_example.json": {
        ("MISSING_FIELD", "/booking_requests/*/booking_request/booking_location_id"),
        ("TOO_LONG", "/booking_requests/*/booking_request/party_id"),
        ("TOO_LONG", "/booking_tokens/*/party_id"),
        ("TOO_LONG", "/party_id"),
    },
    "booking_location_example.json": {
        ("UNKNOWN_FIELD", "/booking_option/*"),
        ("NOT_A_LIST", "/booking_option/evse_position"),
        ("UNREADABLE", "/calendars/*/end_before"),
    },
}
WHOLE = [
    (folder, path.name)
    for folder in FOLDERS
    for path in sorted((SHARED / "ocpi/examples" / folder).glob("*.json"))
    if any(fnmatch(path.name, pattern) for pattern in KINDS)
]


@pytest.mark.skipif(not WHOLE, reason=f"the specification's examples are not at {SHARED}")
def test_there_are_examples_of_every_folder():
    assert [sum(folder == of for folder, _ in WHOLE) for of in FOLDERS] == [38, 11, 2]


@pytest.mark.parametrize(("folder", "name"), WHOLE)
def test_an_example_is_read_and_goes_out_as_it_came_in(folder: str, name: str):
    raw = shared(f"ocpi/examples/{folder}/{name}").read_bytes()
    kind = _for(KINDS, name)
    read = adapter.read(kind, raw)
    broken = {(item.code.value, item.field) for item in read.deviations if item.code.breaks_specification}
    assert broken == (_for(BREAKS, name) or set())
    written = adapter.write(kind, read.value, Carried("2.3.0", raw))
    assert written.document == json.loads(raw)


def _for(by_pattern: dict[str, Any], name: str) -> Any:
    return next((value for pattern, value in by_pattern.items() if fnmatch(name, pattern)), None)
