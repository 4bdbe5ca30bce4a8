"""What can be booked, requests, and bookings."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.bookings import (
    Booking,
    BookingLocation,
    BookingOption,
    BookingRequest,
    BookingRequestStatus,
    BookingTerms,
    BookingToken,
    Calendar,
    Cancellation,
    Period,
    Policy,
    Timeslot,
)
from roamgrid.ocpi.wire.common.deviations import Refused

adapter = adapter_for("2.3.0", "default")
NOON, ONE = datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2026, 6, 1, 13, tzinfo=UTC)
OPERATOR, VOLTARA = PartyId("NL", "GRF"), PartyId("NL", "VLT")
HOUR = {"start_date_time": "2026-06-01T12:00:00Z", "end_date_time": "2026-06-01T13:00:00Z"}
SLOT = HOUR | {"min_power": 50000, "max_power": 150000, "green_energy_support": False}
TERMS = {
    "supported_access_methods": ["LICENSE_PLATE"],
    "change_until_minutes": 60,
    "cancel_until_minutes": 120,
    "noshow_fee": True,
}
REQUEST = {
    "country_code": "NL",
    "party_id": "VLT",
    "request_id": "RQ1",
    "location_id": "LOC1",
    "booking_location_id": "BL1",
    "period": HOUR,
    "authorization_reference": "ref-1",
    "booking_option": {"evse_uid": "E1"},
    "tokens": [{"country_code": "NL", "party_id": "VLT", "uid": "0A1B", "type": "RFID", "contract_id": "C1"}],
    "power_required": 50,
}
BOOKING = {
    "id": "B1",
    "country_code": "NL",
    "party_id": "GRF",
    "request_id": "RQ1",
    "location_id": "LOC1",
    "period": SLOT,
    "reservation_status": "CANCELED",
    "authorization_reference": "ref-1",
    "booking_terms": TERMS,
    "booking_requests": [
        {"request_status": "ACCEPTED", "booking_request": REQUEST, "request_received": "2026-06-01T12:00:00Z"}
    ],
    "canceled": {"cancellation_reason": "TRAFFIC", "who_canceled": "EMSP"},
    "last_updated": "2026-06-01T12:00:00Z",
}
PLACE = {
    "country_code": "NL",
    "party_id": "GRF",
    "id": "BL1",
    "location_id": "LOC1",
    "booking_option": {"parking_id": "P1", "vehicle_types": ["BUS"], "max_vehicle_length": 1200, "drive_through": True},
    "policy": {"reservation_required": False, "ad_hoc": 2},
    "tariff_ids": ["T1"],
    "calendars": [
        {
            "id": "C1",
            "begin_from": "2026-06-01T12:00:00Z",
            "end_before": "2026-06-01T13:00:00Z",
            "timeslot_increment": 15,
            "available_timeslots": [SLOT],
            "last_updated": "2026-06-01T12:00:00Z",
        }
    ],
    "last_updated": "2026-06-01T12:00:00Z",
}

slot = Timeslot(NOON, ONE, Decimal(50000), Decimal(150000), False)
terms = BookingTerms(("LICENSE_PLATE",), Decimal(60), Decimal(120), noshow_fee=True)
request = BookingRequest(
    party=VOLTARA,
    request_id="RQ1",
    location_id="LOC1",
    booking_location_id="BL1",
    period=Period(NOON, ONE),
    authorization_reference="ref-1",
    booking_option=BookingOption(evse_uid="E1"),
    tokens=(BookingToken(VOLTARA, "0A1B", "RFID", "C1"),),
    power_required=50,
)
booking = Booking(
    party=OPERATOR,
    id="B1",
    request_id="RQ1",
    location_id="LOC1",
    period=slot,
    reservation_status="CANCELED",
    authorization_reference="ref-1",
    booking_terms=terms,
    booking_requests=(BookingRequestStatus("ACCEPTED", request, NOON),),
    last_updated=NOON,
    canceled=Cancellation("TRAFFIC", "EMSP"),
)
place = BookingLocation(
    party=OPERATOR,
    id="BL1",
    location_id="LOC1",
    last_updated=NOON,
    booking_option=BookingOption(parking_id="P1", vehicle_types=("BUS",), max_vehicle_length=Decimal(1200), drive_through=True),
    policy=Policy(False, Decimal(2)),
    tariff_ids=("T1",),
    calendars=(Calendar("C1", NOON, ONE, (slot,), NOON, 15),),
)


@pytest.mark.parametrize(
    ("kind", "document", "value"),
    [
        (kinds.BOOKING_REQUEST, REQUEST, request),
        (kinds.BOOKING, BOOKING, booking),
        (kinds.BOOKING_LOCATION, PLACE, place),
    ],
)
def test_it_is_read_and_written(kind: Any, document: dict[str, Any], value: object):
    read = adapter.read(kind, json.dumps(document))
    assert read.deviations == ()
    assert read.value == value
    assert adapter.write(kind, read.value).document == document


def test_a_request_that_does_not_say_when_is_refused():
    with pytest.raises(Refused) as refusal:
        adapter.read(kinds.BOOKING_REQUEST, json.dumps(REQUEST | {"period": {"start_date_time": "2026-06-01T12:00:00Z"}}))
    assert refusal.value.field == "/period/end_date_time"


def test_a_timeslot_with_an_impossible_end_costs_the_slot_not_the_calendar():
    calendars = json.loads(json.dumps(PLACE))["calendars"]
    calendars[0]["available_timeslots"].append(HOUR | {"end_date_time": "2026-06-01T08:59:99Z"})
    read = adapter.read(kinds.BOOKING_LOCATION, json.dumps(PLACE | {"calendars": calendars}))
    assert read.value.calendars[0].available_timeslots == (slot,)
    assert [(item.code.value, item.field) for item in read.deviations] == [
        ("UNREADABLE", "/calendars/*/available_timeslots/*/end_date_time")
    ]
