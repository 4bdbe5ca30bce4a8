"""The specification's own examples, of all versions and optional modules, are read; where they break its rules we say so."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatch
from typing import Any

import pytest

from roamgrid.kernel import json
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.carry.fields import fields_of
from roamgrid.ocpi.carry.fit import Fit
from roamgrid.ocpi.speech import Loss
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Outcome, Read, Refused
from roamgrid.ocpi.wire.common.document import parse
from roamgrid.ocpi.wire.common.envelope import read_envelope
from roamgrid.ocpi.wire.common.versions import read_version_details, read_versions
from roamgrid.ocpi.wire.v2_1_1 import location as location_2_1_1
from roamgrid.ocpi.wire.v2_1_1 import session as session_2_1_1
from roamgrid.ocpi.wire.v2_1_1 import tariff as tariff_2_1_1
from roamgrid.ocpi.wire.v2_1_1 import token as token_2_1_1
from roamgrid.ocpi.wire.v2_2_1 import location as location_2_2_1
from roamgrid.ocpi.wire.v2_2_1 import session as session_2_2_1
from roamgrid.ocpi.wire.v2_2_1 import token as token_2_2_1
from roamgrid.ocpi.wire.v2_2_1 import types as types_2_2_1
from roamgrid.ocpi.wire.v2_3_0 import bookings, payments
from roamgrid.ocpi.wire.v2_3_0 import location as location_2_3_0
from roamgrid.ocpi.wire.v2_3_0 import session as session_2_3_0
from roamgrid.ocpi.wire.v2_3_0 import token as token_2_3_0
from roamgrid.ocpi.wire.v2_3_0 import types as types_2_3_0
from tests.ocpi import examples
from tests.ocpi.facts import SHARED

PARTS: Mapping[str, tuple[type[WireObject], str | None]] = {
    "2.1.1/mod_locations_04_*": (location_2_1_1.Evse, None),
    "2.2.1/location_put_example_add_evse*": (location_2_2_1.Evse, None),
    "2.3.0/location_put_example_add_evse*": (location_2_3_0.Evse, None),
    "2.2.1/location_energymix*": (types_2_2_1.EnergyMix, "energy_mix"),
    "2.3.0/location_energymix*": (types_2_3_0.EnergyMix, "energy_mix"),
    "2.?.?/location_hours*": (location_2_2_1.Hours, None),
    "2.?.?/location_regularhours*": (location_2_2_1.Hours, "opening_times"),
    "2.?.?/type_displaytext*": (types_2_2_1.DisplayText, None),
}
"""Parts that are shown alone, or as the only member of an object."""
CHANGES: Mapping[str, type[WireObject]] = {
    "2.1.1/mod_locations_0[15]_*": location_2_1_1.Evse,
    "2.1.1/mod_locations_02_*": location_2_1_1.Location,
    "2.1.1/mod_locations_03_*": location_2_1_1.Connector,
    "2.1.1/mod_sessions_01_*": session_2_1_1.Session,
    "2.1.1/mod_tariffs_02_*": tariff_2_1_1.Tariff,
    "2.1.1/mod_tokens_02_*": token_2_1_1.Token,
    "2.2.1/location_patch_example_location*": location_2_2_1.Location,
    "2.2.1/location_patch_example_tariff*": location_2_2_1.Connector,
    "2.2.1/location_patch_*": location_2_2_1.Evse,
    "2.2.1/session_patch_*": session_2_2_1.Session,
    "2.2.1/token_patch_*": token_2_2_1.Token,
    "2.3.0/location_patch_example_location*": location_2_3_0.Location,
    "2.3.0/location_patch_example_tariff*": location_2_3_0.Connector,
    "2.3.0/location_patch_*": location_2_3_0.Evse,
    "2.3.0/session_patch_*": session_2_3_0.Session,
    "2.3.0/token_patch_*": token_2_3_0.Token,
    "2.3.0-payments/payment_terminal_location_assignment*": payments.Terminal,
    "2.3.0-payments/payment_terminal_put_update*": payments.Terminal,
    "2.3.0-bookings/booking_location_patch_example_calendar*": bookings.Calendar,
    "2.3.0-bookings/booking_location_patch_*": bookings.BookingLocation,
    "2.3.0-bookings/booking_patch_*": bookings.Booking,
    "2.3.0-bookings/booking_request_patch_*": bookings.BookingRequest,
}
"""Bodies that change some fields of an object that the address names."""
ANSWERS: Mapping[str, Callable[[bytes], Read[Any]]] = {
    "2.?.?/transport_and_format_01_*": lambda raw: read_versions(_data(raw)),
    "2.?.?/transport_and_format_02_*": lambda raw: read_version_details(_data(raw)),
    "2.?.?/transport_and_format_version_info*": lambda raw: read_versions(_data(raw)),
    "2.?.?/transport_and_format_version_details*": lambda raw: read_version_details(_data(raw)),
    "2.?.?/version_information_endpoint_01_*": read_versions,
    "2.?.?/version_information_endpoint_02_*": read_version_details,
    "2.?.?/versions_info*": read_versions,
    "2.?.?/version_details*": read_version_details,
}
ERRORS = ("2.1.1/transport_and_format_05_*", "2.?.?/inline_transport_and_format_01_*")

EVSE_THAT_LACKS = {
    ("MISSING_FIELD", "/connectors/*/power_type"),
    ("MISSING_FIELD", "/connectors/*/last_updated"),
    ("WRONG_TYPE", "/physical_reference"),
}
NO_ROLES = {("MISSING_FIELD", "/endpoints/*/role")}
"""2.1.1 has none; until the details are read it is not known that they are of 2.1.1."""
NO_LAST_UPDATED = {("MISSING_FIELD", "/last_updated")}
GROSS_AS_IN_2_2_1 = {("UNKNOWN_FIELD", "/total_costs/*")}
DEVIATIONS: Mapping[str, set[tuple[str, str]]] = {
    "2.1.1/mod_cdrs_01_*": {
        ("COUNTRY_FORM", "/location/country"),
        ("WRONG_TYPE", "/tariffs/*/elements/*/price_components/*/price"),
    },
    "2.1.1/transport_and_format_02_*": NO_ROLES,
    "2.1.1/version_information_endpoint_02_*": NO_ROLES,
    "2.1.1/mod_locations_06_*": {("EVSE_ID_FORM", "/evses/*/evse_id")},
    "2.1.1/mod_tariffs_01_*": NO_LAST_UPDATED,
    "2.1.1/mod_locations_04_*": EVSE_THAT_LACKS
    | {
        ("MISSING_FIELD", "/connectors/*/voltage"),
        ("MISSING_FIELD", "/connectors/*/amperage"),
        ("MISSING_FIELD", "/last_updated"),
        ("WRONG_TYPE", "/floor_level"),
    },
    "2.[23].?/location_put_example_add_evse*": EVSE_THAT_LACKS
    | {
        ("MISSING_FIELD", "/connectors/*/max_voltage"),
        ("MISSING_FIELD", "/connectors/*/max_amperage"),
        ("UNKNOWN_FIELD", "/*"),
    },
    "2.[23].?/tariff_put_example*": NO_LAST_UPDATED,
    "2.3.0/cdr_example*": {("MISSING_FIELD", "/tariffs/*/tax_included")},
    "2.3.0-payments/payment_terminal_create_minimal*": NO_LAST_UPDATED,
    "2.3.0-payments/payment_financial_*_failure*": GROSS_AS_IN_2_2_1 | {("MISSING_FIELD", "/eft_data")},
    "2.3.0-payments/payment_financial_*": GROSS_AS_IN_2_2_1,
    "2.3.0-bookings/booking_example*": {
        ("MISSING_FIELD", "/booking_requests/*/booking_request/booking_location_id"),
        ("TOO_LONG", "/booking_requests/*/booking_request/party_id"),
        ("TOO_LONG", "/booking_tokens/*/party_id"),
        ("TOO_LONG", "/party_id"),
    },
    "2.3.0-bookings/booking_location_example*": {
        ("NOT_A_LIST", "/booking_option/evse_position"),
        ("UNKNOWN_FIELD", "/booking_option/*"),
        ("UNREADABLE", "/calendars/*/end_before"),
    },
}
"""What breaks the specification in its own examples, by our reading."""
UNSAID: Mapping[str, set[str]] = {
    "2.3.0-bookings/booking_location_patch_example_calendar*": {
        "/available_timeslots/*/start_date_time ",
        "/available_timeslots/*/end_date_time ",
    },
    "2.3.0-bookings/booking_patch_example_evse_uid*": {"/evse_uid"},
    "2.3.0-bookings/booking_request_patch_example_timeslot*": {"/timeslot", "/last_updated"},
    "2.3.0-bookings/booking_request_patch_example_tokens*": {"/last_updated"},
}
"""What changes say that the changed object does not have: names that the module gave up, and keys that end in a space."""

NAMES = examples.names()
WHOLE = examples.whole_objects()


@pytest.mark.skipif(not NAMES, reason=f"the specification's examples are not there: put them at {SHARED / 'ocpi/examples'}")
def test_every_example_is_accounted_for():
    known = {example.name for example in WHOLE} | examples.NO_JSON
    tables = (*PARTS, *CHANGES, *ANSWERS, *ERRORS)
    assert [name for name in NAMES if name not in known and not any(fnmatch(name, pattern) for pattern in tables)] == []
    assert len(NAMES) == 175


@pytest.mark.parametrize("example", WHOLE, ids=str)
def test_an_object_is_read_and_its_deviations_named(example: examples.Example):
    adapter = adapter_for(example.version, "default")
    read = adapter.read(example.kind, example.raw, examples.OWNER)
    assert _broken(read) == _expected(example.name)
    harmless = {"UNKNOWN_FIELD"} if adapter.speech.takes_unknown else set()
    broken = {code for code, _ in _expected(example.name)} - harmless
    assert read.outcome is (Outcome.DEVIATING if broken else Outcome.STRICT)


def _in(patterns: Mapping[str, Any]) -> list[str]:
    whole = {example.name for example in WHOLE}
    return [name for name in NAMES if name not in whole and any(fnmatch(name, pattern) for pattern in patterns)]


@pytest.mark.parametrize("name", _in(PARTS))
def test_a_part_is_read_and_its_deviations_named(name: str):
    kind, member = _first(PARTS, name)
    document = json.loads(examples.read(name))
    found: list[Deviation] = []
    object_reader(kind)(document[member] if member else document, found)
    assert _broken(Read(None, tuple(found))) == _expected(name)


@pytest.mark.parametrize("name", _in(CHANGES))
def test_every_field_of_a_change_is_one_that_the_object_has(name: str):
    losses: list[Loss] = []
    document = json.loads(examples.read(name))
    fit = Fit(fields_of(_first(CHANGES, name)), {}, takes_unknown=False, losses=losses)
    for field, value in document.items():
        fit.value(value, f"/{field}")
    assert {loss.field for loss in losses} == (_first(UNSAID, name) or set())


@pytest.mark.parametrize("name", _in(ANSWERS))
def test_versions_and_their_details_are_read(name: str):
    read = _first(ANSWERS, name)(examples.read(name))
    assert read.value
    assert _broken(read) == _expected(name)


@pytest.mark.parametrize("name", _in(dict.fromkeys(ERRORS)))
def test_an_error_is_an_envelope_without_data(name: str):
    envelope = read_envelope(examples.read(name))
    assert (envelope.succeeded, envelope.data) == (False, None)


@pytest.mark.parametrize("name", [name for name in NAMES if name in examples.NO_JSON])
def test_what_is_no_json_is_refused_at_its_place(name: str):
    with pytest.raises(Refused, match=r"is no JSON: .*\(byte \d+\)"):
        parse(examples.read(name), [])


def _data(raw: bytes) -> bytes:
    return read_envelope(raw).data or b""


def _broken(read: Read[Any]) -> set[tuple[str, str]]:
    return {(found.code.value, found.field) for found in read.deviations if Code(found.code).breaks_specification}


def _expected(name: str) -> set[tuple[str, str]]:
    return _first(DEVIATIONS, name) or set()


def _first(by_pattern: Mapping[str, Any], name: str) -> Any:
    return next((value for pattern, value in by_pattern.items() if fnmatch(name, pattern)), None)
