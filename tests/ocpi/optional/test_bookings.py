"""Bookings: operators tell what can be booked, we ask, they tell what became of it."""

from datetime import UTC, datetime

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.core.commands.errors import PartnerNotReached, PartnerUnavailable
from roamgrid.ocpi.bookings import BookingRequest, Period
from tests.ocpi.optional.conftest import GREENFIELD, Optional
from tests.ocpi.outbound.partner import ok

HOUR = {"start_date_time": "2026-06-01T12:00:00Z", "end_date_time": "2026-06-01T13:00:00Z"}
OWNED = {"country_code": "NL", "party_id": "GRF"}
CALENDAR = {
    "id": "C1",
    "begin_from": "2026-06-01T00:00:00Z",
    "end_before": "2026-06-08T00:00:00Z",
    "available_timeslots": [HOUR],
    "last_updated": "2026-06-01T12:00:00Z",
}
PLACE = OWNED | {"id": "BL1", "location_id": "LOC1", "last_updated": "2026-06-01T12:00:00Z", "calendars": [CALENDAR], "x": 1}
TERMS = {"supported_access_methods": ["OPEN"], "change_until_minutes": 60, "cancel_until_minutes": 120}
BOOKING = OWNED | {
    "id": "B1",
    "request_id": "RQ1",
    "location_id": "LOC1",
    "period": HOUR,
    "reservation_status": "PENDING",
    "authorization_reference": "ref-1",
    "booking_terms": TERMS,
    "booking_requests": [],
    "last_updated": "2026-06-01T12:00:00Z",
}
REQUEST = BookingRequest(
    party=PartyId("NL", "VLT"),
    request_id="RQ1",
    location_id="LOC1",
    booking_location_id="BL1",
    period=Period(datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2026, 6, 1, 13, tzinfo=UTC)),
    authorization_reference="ref-1",
)


@pytest.mark.parametrize(
    "address", ["bookings/NL/GRF/booking_locations/BL1", "bookings/bookinglocations/NL/GRF/bl1"], ids=["chapter", "examples"]
)
async def test_what_can_be_booked_is_kept_word_for_word(optional: Optional, address: str):
    operator = await optional.operator()
    assert (await operator.call("PUT", address, PLACE)).status_code == 201
    assert (await operator.call("PUT", address, PLACE)).status_code == 200
    assert (await operator.call("GET", address)).json()["data"] == PLACE, "unknown fields too"
    (row,) = await optional.held("booking_location")
    assert (row["version"], row["validation"]) == (1, "strict"), "2.3.0 asks readers to take unknown fields"


async def test_a_calendar_is_changed_within_its_location(optional: Optional):
    operator = await optional.operator()
    address = "bookings/NL/GRF/booking_locations/BL1"
    await operator.call("PUT", address, PLACE)
    later = {"start_date_time": "2026-06-02T12:00:00Z", "end_date_time": "2026-06-02T13:00:00Z"}
    patch = {"available_timeslots": [later], "last_updated": "2026-06-01T14:00:00Z"}
    assert (await operator.call("PATCH", f"{address}/c1", patch)).json()["status_code"] == 1000
    assert (await operator.call("GET", f"{address}/C1")).json()["data"]["available_timeslots"] == [later]
    second = CALENDAR | {"id": "C2", "last_updated": "2026-06-01T15:00:00Z"}
    assert (await operator.call("PUT", f"{address}/C2", second)).json()["status_code"] == 1000
    held = (await operator.call("GET", address)).json()["data"]
    assert [one["id"] for one in held["calendars"]] == ["C1", "C2"]
    assert held["last_updated"] == "2026-06-01T15:00:00Z", "a change below is a change above"
    assert (await operator.call("PATCH", f"{address}/C1", {"available_timeslots": []})).json()["status_code"] == 2001
    assert (await operator.call("GET", f"{address}/C9")).status_code == 404


async def test_a_booking_is_asked_for_followed_and_not_undone_by_older_news(optional: Optional, brands):
    operator = await optional.operator()
    optional.platform.script["/booking"] = [ok(BOOKING)]
    booking = await optional.bookings.book(optional.ctx, operator.id, GREENFIELD, REQUEST)
    assert (booking.id, booking.reservation_status) == ("B1", "PENDING")
    (asked,) = optional.platform.asked
    assert (asked.method, asked.body["request_id"], asked.body["party_id"]) == ("POST", "RQ1", "VLT")
    assert (asked.headers["ocpi-from-party-id"], asked.headers["ocpi-to-party-id"]) == ("VLT", "GRF")
    news = {"reservation_status": "RESERVED", "last_updated": "2026-06-01T12:05:00Z"}
    assert (await operator.call("PATCH", "bookings/NL/GRF/B1", news)).json()["status_code"] == 1000
    assert (await operator.call("PUT", "bookings/NL/GRF/B1", BOOKING)).json()["status_code"] == 1000, "acknowledged"
    assert (await operator.call("GET", "bookings/NL/GRF/B1")).json()["data"]["reservation_status"] == "RESERVED"
    assert await optional.world.rows(brands.kilowind, "select id from module_object") == []


async def test_both_lists_are_pulled_and_the_same_again_changes_nothing(optional: Optional):
    operator = await optional.operator()
    optional.platform.lists["booking"] = [BOOKING, {"id": "broken"}]
    optional.platform.script["/booking/booking_locations"] = [ok([PLACE]), ok([PLACE])]
    places, bookings = await optional.bookings.pull(optional.ctx, operator.id)
    assert (places.stored, bookings.stored, bookings.refused) == (1, 1, 1)
    places, bookings = await optional.bookings.pull(optional.ctx, operator.id)
    assert (places.stored, places.unchanged, bookings.unchanged) == (0, 1, 1)


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("bookings/NL/GRF/B2", BOOKING),
        ("bookings/NL/GRF/B1", BOOKING | {"party_id": "XXX"}),
        ("bookings/NL/GRF/B1", {}),
        ("bookings/NL/GRF/booking_locations/BL2", PLACE),
    ],
)
async def test_what_contradicts_its_address_is_2001(optional: Optional, address: str, body: dict):
    operator = await optional.operator()
    assert (await operator.call("PUT", address, body)).json()["status_code"] == 2001
    assert await optional.held("booking") == []


async def test_other_partners_addresses_are_404(optional: Optional):
    operator = await optional.operator()
    for address in ("bookings/NL/XXX/B1", "bookings/NL/GRF/elsewhere/BL1", "bookings/NL/GRF/B9"):
        assert (await operator.call("GET", address)).status_code == 404


async def test_an_operator_without_the_module_or_without_an_answer_is_said_so(optional: Optional):
    deaf = await optional.provider()
    with pytest.raises(PartnerNotReached, match="offers no bookings"):
        await optional.bookings.book(optional.ctx, deaf.id, GREENFIELD, REQUEST)
    operator = await optional.operator()
    with pytest.raises(PartnerUnavailable, match="no booking"):
        await optional.bookings.book(optional.ctx, operator.id, GREENFIELD, REQUEST)
