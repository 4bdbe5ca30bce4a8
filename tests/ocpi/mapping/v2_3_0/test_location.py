"""Locations of OCPI 2.3.0: parking places, open enumerations, and fields that nobody knows yet."""

from decimal import Decimal

from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.speech import Carried
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.deviations import Deviation
from roamgrid.ocpi.wire.v2_3_0.location import EvseParking, Location
from tests.ocpi.mapping.v2_3_0.objects import parking
from tests.ocpi.objects import connector, evse, location

adapter = adapter_for("2.3.0", "default")
NEW = location(
    parking_places=[parking()],
    help_phone="+31205550100",
    facilities=["WIFI", "PLAYGROUND"],
    parking_type="FERRY",
    evses=[
        evse(
            capabilities=["RFID_READER", "HUG_GIVER"],
            parking=[{"parking_id": "P1", "evse_position": "LEFT"}],
            accepted_service_providers=["Voltara", "NL-VLT"],
            parking_restrictions=["TAXIS", "GIANTS"],
            connectors=[connector(standard="MCS", capabilities=["ISO_15118_20_PLUG_AND_CHARGE"])],
        )
    ],
)


def test_the_new_fields_and_unknown_values_of_open_enumerations_are_no_deviations():
    assert adapter.read(kinds.LOCATION, json.dumps(NEW)).deviations == ()


def test_the_same_document_leaves_2_2_1_in_many_ways():
    found = adapter_for("2.2.1", "default").read(kinds.LOCATION, json.dumps(NEW)).deviations
    assert {(item.code.value, item.field) for item in found} == {
        ("UNKNOWN_FIELD", "/*"),
        ("UNKNOWN_FIELD", "/evses/*/*"),
        ("UNKNOWN_FIELD", "/evses/*/connectors/*/*"),
        ("UNKNOWN_VALUE", "/facilities/*"),
        ("UNKNOWN_VALUE", "/parking_type"),
        ("UNKNOWN_VALUE", "/evses/*/capabilities/*"),
        ("UNKNOWN_VALUE", "/evses/*/parking_restrictions/*"),
        ("UNKNOWN_VALUE", "/evses/*/connectors/*/standard"),
    }


def test_what_is_open_is_kept_as_text():
    (point,) = adapter.read(kinds.LOCATION, json.dumps(NEW)).value.evses
    assert (point.capabilities, point.connectors[0].standard) == (("RFID_READER", "HUG_GIVER"), "MCS")


def test_a_closed_enumeration_still_deviates_and_letters_are_corrected_in_an_open_one():
    document = location(evses=[evse(status="SLEEPING", capabilities=["rfid_reader"])])
    read = adapter.read(kinds.LOCATION, json.dumps(document))
    assert {(item.code.value, item.field) for item in read.deviations} == {
        ("UNKNOWN_VALUE", "/evses/*/status"),
        ("VALUE_CASE", "/evses/*/capabilities/*"),
    }
    assert read.value.evses[0].capabilities == ("RFID_READER",)


def test_parking_places_are_read():
    found: list[Deviation] = []
    read = object_reader(Location)(json.loads(json.dumps(NEW)), found)
    (place,) = read.parking_places
    assert (place.vehicle_types, place.max_vehicle_length, place.roofed) == (("BUS", "TRUCK_WITH_TRAILER"), Decimal(1200), True)
    assert read.evses[0].parking == (EvseParking("P1", "LEFT"),)
    assert found == []


def test_nothing_of_it_is_lost_on_the_way_through_us():
    raw = json.dumps(NEW | {"mood": {"of": "the station"}})
    read = adapter.read(kinds.LOCATION, raw)
    written = adapter.write(kinds.LOCATION, read.value, Carried("2.3.0", raw))
    assert (written.document, written.losses) == (json.loads(raw), ())
