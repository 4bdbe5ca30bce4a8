"""The outcome of validation, and fields that are said twice."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Outcome, Read
from roamgrid.ocpi.wire.common.document import parse
from tests.ocpi import objects

adapter = adapter_for("2.2.1", "default")


def outcome(location: dict[str, object]) -> Outcome:
    return adapter.read(kinds.LOCATION, objects.raw(location)).outcome


def test_an_object_as_specified_is_strict():
    assert outcome(objects.location()) is Outcome.STRICT


def test_thin_content_is_no_breach():
    """Allowed by the specification, though nobody can charge by it."""
    plug = objects.connector(tariff_ids=objects.MISSING, max_electric_power=objects.MISSING)
    thin = objects.location(name=None, evses=[objects.evse(evse_id=objects.MISSING, connectors=[plug])])
    read = adapter.read(kinds.LOCATION, objects.raw(thin))
    assert {deviation.code for deviation in read.deviations} == {
        Code.NULL_FIELD,
        Code.NO_TARIFF,
        Code.POWER_MISSING,
        Code.EVSE_ID_MISSING,
    }
    assert read.outcome is Outcome.STRICT


@pytest.mark.parametrize("change", [{"country": "NL"}, {"last_updated": "2026-06-01 12:00"}, {"x": 1}, {"publish": "true"}])
def test_a_breach_is_a_deviation(change: dict[str, object]):
    assert outcome(objects.location(**change)) is Outcome.DEVIATING


def test_one_breach_among_many_findings_counts():
    findings = (Deviation(Code.NO_TARIFF, "/x", ""), Deviation(Code.DATE_FORM, "/y", ""))
    assert (Read(None, findings).outcome, Read(None, findings[:1]).outcome) == (Outcome.DEVIATING, Outcome.STRICT)


def found_in(raw: bytes) -> list[tuple[str, str]]:
    found: list[Deviation] = []
    parse(raw, found)
    assert {deviation.code for deviation in found} <= {Code.DUPLICATE_KEY}
    return [(deviation.field, deviation.example) for deviation in found]


def test_a_field_that_is_said_twice_is_read_as_it_was_said_last_and_recorded():
    raw = objects.raw(objects.cdr()).replace(b'"total_energy":11.3', b'"total_energy":11.3, "total_energy" :12')
    read = adapter.read(kinds.CDR, raw)
    assert read.value.total_energy == Decimal(12)
    assert read.deviations == (Deviation(Code.DUPLICATE_KEY, "/total_energy", "total_energy"),)
    assert read.outcome is Outcome.DEVIATING


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b'{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}', []),
        (b'{"a":"b:c\\u003a\\":","d":"\\u003a\\u003a"}', []),
        (b'{"a":[{"b":1,"b":1},{"b":1,"b":1}]}', [("/a/*/b", "b")]),
        (b'{"a":{"b":1},"a":{"b":1}}', [("/a", "a")]),
        (b'{"a":"\\u003a","b":1,"\\u0062":2}', [("/b", "b")]),
        (b'[{"":1,"":2}]', [("/*/", "")]),
    ],
)
def test_repeated_fields_are_found_at_their_place(raw: bytes, found: list[tuple[str, str]]):
    assert found_in(raw) == found


@given(st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_nothing_is_found_where_nothing_is_repeated(value: object):
    raw = json.dumps(value)
    if b"\\u0000" not in raw:
        assert found_in(raw) == []


def test_a_body_that_repeats_everything_is_named_by_its_first_fields():
    raw = b"{" + b",".join(b'"%d":1,"%d":2' % (number, number) for number in range(5000)) + b"}"
    assert found_in(raw)[:2] == [("/0", "0"), ("/1", "1")]
    assert len(found_in(raw)) == 20
