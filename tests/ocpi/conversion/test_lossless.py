"""A document that is read and written again is the same document; one that is written freshly means the same."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.speech import Carried, ObjectKind
from roamgrid.ocpi.wire.common.deviations import Refused
from tests.ocpi import examples, objects
from tests.ocpi.conversion.documents import RICH, adapter, rich
from tests.ocpi.examples import OWNER
from tests.ocpi.facts import SHARED

EXAMPLES = examples.whole_objects()
GROSS_AS_IN_2_2_1 = "2.3.0-payments/payment_financial_"


def read_and_written(speaking: Adapter, kind: ObjectKind[Any], raw: bytes) -> Any:
    value = speaking.read(kind, raw, OWNER).value
    written = speaking.write(kind, value, Carried(speaking.version, raw))
    assert written.losses == ()
    return written.document


@pytest.mark.skipif(not EXAMPLES, reason=f"the specification's examples are not there: put them at {SHARED / 'ocpi/examples'}")
def test_there_are_examples():
    assert len(EXAMPLES) == 104


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_official_example_survives_field_by_field_and_in_its_order(example: examples.Example):
    written = read_and_written(adapter(example.version), example.kind, example.raw)
    assert json.dumps(written) == json.dumps(example.document)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_official_example_written_freshly_means_the_same(example: examples.Example):
    """Without the carried document: what the mapping says for itself. A gross amount without its taxes is not 2.3.0."""
    speaking = adapter(example.version)
    value = speaking.read(example.kind, example.raw, OWNER).value
    written = speaking.write(example.kind, value)
    again = speaking.read(example.kind, json.dumps(written.document), OWNER).value
    assert again == value or (written.losses and example.name.startswith(GROSS_AS_IN_2_2_1))


ODD_VALUES = st.sampled_from([None, "", "x", 0, True, [], {}, ["x"], {"a": [1, {"b": None}]}, "2026-06-01 12:00:00+02:00"])
SPELLINGS: dict[str, list[Any]] = {
    "last_updated": ["2026-06-01T12:00:00", "2026-06-01T12:00:00.120Z", "2026-06-01T14:00:00+02:00", None],
    "status": ["available", "OUT_OF_THE_BLUE", "charging"],
    "country": ["NL", "nld"],
    "country_code": ["nl"],
    "max_voltage": ["230", 230.0],
    "max_electric_power": [22, "22080"],
    "time_zone": [None, "Europe/Nowhere"],
    "evse_id": ["nl-grf-e1", None],
    "step_size": [None],
    "vat": [None],
    "volume": ["3.50"],
    "type": ["energy", "EMAID", "app_user"],
    "auth_method": ["command", "SMOKE_SIGNAL"],
    "name": [""],
}


@st.composite
def oddly_spelled(draw: st.DrawFn, document: Any) -> Any:
    """The document with other spellings, fields left out, and fields that nobody knows, at any depth."""
    if isinstance(document, list):
        return [draw(oddly_spelled(item)) for item in document]
    if not isinstance(document, dict):
        return document
    odd = {}
    for name, value in document.items():
        fate = draw(st.sampled_from(["as it is"] * 16 + ["another spelling"] * 3 + ["left out"]))
        if fate == "left out":
            continue
        spelled = SPELLINGS.get(name) if fate == "another spelling" and not isinstance(value, dict | list) else None
        odd[name] = draw(st.sampled_from(spelled)) if spelled else draw(oddly_spelled(value))
    if draw(st.integers(0, 3)) == 0:
        odd[draw(st.sampled_from(["x_custom", "vendor.data", "évse"]))] = draw(ODD_VALUES)
    return odd


@pytest.mark.parametrize(("kind", "version"), RICH)
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_understood_survives(kind: ObjectKind[Any], version: str, data: st.DataObject):
    document = data.draw(oddly_spelled(json.loads(rich(kind, version))))
    raw = objects.raw(document)
    try:
        adapter(version).read(kind, raw, OWNER)
    except Refused:
        reject()
    assert json.dumps(read_and_written(adapter(version), kind, raw)) == json.dumps(json.loads(raw))


def test_a_document_that_nobody_understands_any_more_is_named():
    speaking = adapter("2.2.1")
    tariff = speaking.read(kinds.TARIFF, objects.raw(objects.tariff())).value
    written = speaking.write(kinds.TARIFF, tariff, Carried("2.2.1", b'{"elements":"gone"}'))
    assert written.document == speaking.write(kinds.TARIFF, tariff).document
    assert [(loss.field, loss.example) for loss in written.losses] == [("", "the carried tariff of OCPI 2.2.1")]
