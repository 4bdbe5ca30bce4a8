"""What 2.3.0 can say it says without loss: written and read back it is the same value, and nothing about it is odd."""

from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.kernel import json
from roamgrid.ocpi import bookings, invoices, kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.wire.common.deviations import Code
from tests.ocpi.mapping.v2_3_0 import values

adapter = adapter_for("2.3.0", "default")
C = TypeVar("C")


def same_after_a_trip(kind: ObjectKind[C], value: C, *harmless: Code) -> None:
    written = adapter.write(kind, value)
    read = adapter.read(kind, json.dumps(written.document))
    assert read.value == value
    assert written.losses == ()
    assert {item.code for item in read.deviations} <= set(harmless)


@given(values.locations)
def test_locations(value: Any):
    same_after_a_trip(kinds.LOCATION, value, Code.NO_TARIFF)


@given(values.tariffs)
def test_tariffs(value: Any):
    same_after_a_trip(kinds.TARIFF, value)


@given(values.sessions)
def test_sessions(value: Any):
    same_after_a_trip(kinds.SESSION, value)


@given(values.cdrs)
def test_cdrs(value: Any):
    same_after_a_trip(kinds.CDR, value)


@given(values.tokens)
def test_tokens(value: Any):
    same_after_a_trip(kinds.TOKEN, value)


@given(values.credentials)
def test_credentials(value: Any):
    same_after_a_trip(kinds.CREDENTIALS, value)


ALIKE = {
    kinds.BOOKING: bookings.Booking,
    kinds.BOOKING_LOCATION: bookings.BookingLocation,
    kinds.BOOKING_REQUEST: bookings.BookingRequest,
    kinds.INVOICE_RECORD: invoices.InvoiceRecord,
}


@pytest.mark.parametrize("kind", ALIKE, ids=lambda kind: kind.name)
@given(st.data())
def test_optional_modules_in_any_filling(kind: ObjectKind[Any], data: st.DataObject):
    """Texts are any, so lengths and enumerations may deviate; the value stays the same."""
    value = data.draw(values.of(ALIKE[kind]))
    same_after_a_trip(kind, value, Code.UNKNOWN_VALUE, Code.EMPTY_LIST, Code.MISSING_FIELD)
