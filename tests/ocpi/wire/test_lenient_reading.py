"""Partners leave the specification in small ways: what is clear is read and counted, what is not is refused."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.ocpi.wire.v2_2_1.location import Connector, Evse, Location
from roamgrid.ocpi.wire.v2_2_1.session import Session
from roamgrid.ocpi.wire.v2_2_1.tariff import Tariff, TariffElement
from tests.ocpi import objects
from tests.ocpi.objects import MISSING

read_location = object_reader(Location)
read_connector = object_reader(Connector)
read_evse = object_reader(Evse)
read_session = object_reader(Session)
read_tariff = object_reader(Tariff)


def connector(**changes: Any) -> tuple[Connector, list[Deviation]]:
    found: list[Deviation] = []
    return read_connector(objects.connector(**changes), found), found


def test_an_object_as_specified_has_no_deviations():
    found: list[Deviation] = []
    read = read_location(objects.location(), found)
    assert found == []
    assert read.evses[0].connectors[0].max_electric_power == 22080
    assert read.last_updated == datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_an_explicit_null_is_an_absent_field_and_counted():
    read, found = connector(max_electric_power=None, tariff_ids=None, terms_and_conditions=None)
    assert (read.max_electric_power, read.tariff_ids, read.terms_and_conditions) == (None, (), None)
    assert found == [
        Deviation(Code.NULL_FIELD, "/max_electric_power", "null"),
        Deviation(Code.NULL_FIELD, "/tariff_ids", "null"),
        Deviation(Code.NULL_FIELD, "/terms_and_conditions", "null"),
    ]


@pytest.mark.parametrize("volts", ["230", "230.0", Decimal("230.0")])
def test_a_whole_number_in_another_dress_is_read(volts: object):
    read, found = connector(max_voltage=volts)
    assert read.max_voltage == 230
    assert [(deviation.code, deviation.field) for deviation in found] == [(Code.WRONG_TYPE, "/max_voltage")]


@pytest.mark.parametrize("volts", [True, "many", Decimal("230.5"), 10**12, [], {}])
def test_a_dispensable_number_that_is_none_is_left_out(volts: object):
    read, found = connector(max_voltage=volts)
    assert read.max_voltage == 0
    assert [(deviation.code, deviation.field) for deviation in found] == [(Code.UNREADABLE, "/max_voltage")]


def test_a_number_where_a_text_belongs_is_its_digits():
    read, found = connector(id=7)
    assert read.id == "7"
    assert found == [Deviation(Code.WRONG_TYPE, "/id", "7")]


def test_a_missing_field_that_we_can_do_without_is_counted():
    read, found = connector(power_type=MISSING, last_updated=None)
    assert (read.power_type, read.last_updated) == ("UNKNOWN", None)
    assert found == [
        Deviation(Code.MISSING_FIELD, "/power_type", ""),
        Deviation(Code.MISSING_FIELD, "/last_updated", ""),
    ]


@pytest.mark.parametrize("value", [MISSING, None, "", "  ", [], {}, True])
def test_without_its_id_an_object_is_refused(value: object):
    with pytest.raises(Refused) as refusal:
        connector(id=value)
    assert refusal.value.field == "/id"


def test_enumerations_are_read_in_any_letter_case():
    read, found = connector(standard="iec_62196_t2_combo", format="Cable")
    assert (read.standard, read.format) == ("IEC_62196_T2_COMBO", "CABLE")
    assert [deviation.code for deviation in found] == [Code.VALUE_CASE, Code.VALUE_CASE]


def test_unknown_values_stay_text():
    read, found = connector(standard="MCS")
    assert read.standard == "MCS"
    assert found == [Deviation(Code.UNKNOWN_VALUE, "/standard", "MCS")]


def test_an_over_long_text_is_kept_and_its_example_is_short():
    read, found = connector(id="x" * 500)
    assert read.id == "x" * 500
    assert found == [Deviation(Code.TOO_LONG, "/id", "x" * 120)]


def test_unknown_fields_are_counted_under_one_name():
    """A partner cannot fill our table by inventing names; the verbatim body keeps them."""
    _, found = connector(max_power=22, x_own={"a": 1})
    assert found == [Deviation(Code.UNKNOWN_FIELD, "/*", "max_power"), Deviation(Code.UNKNOWN_FIELD, "/*", "x_own")]


def test_a_single_value_is_a_list_of_one():
    read, found = connector(tariff_ids="T1")
    assert read.tariff_ids == ("T1",)
    assert found == [Deviation(Code.NOT_A_LIST, "/tariff_ids", "T1")]


@pytest.mark.parametrize("empty", ["operator", "name", "facilities", "coordinates_of_evse"])
def test_an_empty_text_is_an_absent_field_whatever_the_field(empty: str):
    found: list[Deviation] = []
    if empty == "coordinates_of_evse":
        assert read_evse(objects.evse(coordinates=""), found).coordinates is None
    else:
        assert not getattr(read_location(objects.location(**{empty: ""}), found), empty)
    assert [deviation.code for deviation in found] == [Code.EMPTY_TEXT]


def test_one_unreadable_charging_point_leaves_the_others():
    found: list[Deviation] = []
    read = read_location(objects.location(evses=[objects.evse(uid="E1"), objects.evse(uid=MISSING), 7]), found)
    assert [evse.uid for evse in read.evses] == ["E1"]
    assert found == [
        Deviation(Code.UNREADABLE, "/evses/*/uid", "is missing"),
        Deviation(Code.UNREADABLE, "/evses/*", "is 7, not an object"),
    ]


def test_deviations_of_readable_items_are_counted_once_beside_unreadable_ones():
    found: list[Deviation] = []
    read_evse(objects.evse(connectors=[objects.connector(standard="MCS"), objects.connector(id=MISSING)]), found)
    assert [deviation.code for deviation in found] == [Code.UNKNOWN_VALUE, Code.UNREADABLE]


def test_an_empty_list_deviates_where_one_item_is_required():
    found: list[Deviation] = []
    assert read_evse(objects.evse(connectors=[], capabilities=[]), found).connectors == ()
    assert found == [Deviation(Code.EMPTY_LIST, "/connectors", "[]")]


@pytest.mark.parametrize("root", [None, [], "x", 1, True])
def test_what_is_no_object_is_refused(root: object):
    with pytest.raises(Refused) as refusal:
        read_location(root, [])
    assert refusal.value.field == "/"


def test_a_price_that_cannot_be_read_makes_the_tariff_unreadable():
    """Left out, the element's other prices would be offered without it."""
    broken = objects.element(price_components=[objects.component(), objects.component(price="free")])
    with pytest.raises(Refused) as refusal:
        read_tariff(objects.tariff(elements=[broken]), [])
    assert refusal.value.field == "/elements/*/price_components/*/price"


@pytest.mark.parametrize(
    ("restrictions", "field"),
    [
        ({"dayOfWeek": ["MONDAY"]}, "dayOfWeek"),
        ({"max_kwh": "much"}, "max_kwh"),
        ({"min_duration": [1]}, "min_duration"),
    ],
)
def test_a_condition_that_is_unclear_makes_the_tariff_unreadable(restrictions: dict[str, object], field: str):
    with pytest.raises(Refused) as refusal:
        read_tariff(objects.tariff(elements=[objects.element(restrictions=restrictions)]), [])
    assert refusal.value.field == f"/elements/*/restrictions/{field}"


def test_null_vat_is_counted_under_its_own_name():
    found: list[Deviation] = []
    read = object_reader(TariffElement)(objects.element(price_components=[objects.component(vat=None)]), found)
    assert read.price_components[0].vat is None
    assert found == [Deviation(Code.VAT_NULL, "/price_components/*/vat", "null")]


@pytest.mark.parametrize("kwh", [Decimal("1E+400"), Decimal("1E-400"), "NaN", "Infinity", True, None])
def test_amounts_that_no_meter_shows_are_refused(kwh: object):
    with pytest.raises(Refused) as refusal:
        read_session(objects.session(kwh=kwh), [])
    assert refusal.value.field == "/kwh"


def test_amounts_stay_exact():
    read = read_session(objects.session(kwh=Decimal("0.30000000000000000001")), [])
    assert read.kwh == Decimal("0.30000000000000000001")
