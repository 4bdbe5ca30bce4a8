"""Whatever a partner of 2.1.1 sends is read or refused; what was read survives storage and can be sent on."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.location import Location
from roamgrid.canonical.session import Session
from roamgrid.canonical.tariff import Tariff
from roamgrid.canonical.token import Token
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.speech import Carried, ObjectKind, Unsayable
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.document import parse
from tests.ocpi import objects
from tests.ocpi.mapping.v2_1_1 import documents
from tests.ocpi.mapping.v2_1_1.documents import OPERATOR
from tests.ocpi.wire.test_arbitrary_json import anything

adapter = adapter_for("2.1.1", "default")
EXAMPLES: dict[str, tuple[ObjectKind[Any], type[Any], dict[str, Any]]] = {
    "location": (kinds.LOCATION, Location, documents.location()),
    "tariff": (
        kinds.TARIFF,
        Tariff,
        documents.tariff(elements=[documents.element(restrictions={"start_time": "08:00", "day_of_week": ["MONDAY"]})]),
    ),
    "session": (kinds.SESSION, Session, documents.session()),
    "cdr": (kinds.CDR, Cdr, documents.cdr()),
    "token": (kinds.TOKEN, Token, documents.token()),
}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
@settings(max_examples=50)
@given(document=anything)
def test_any_json(name: str, document: object):
    _take(name, objects.raw(document))


@pytest.mark.parametrize("name", sorted(EXAMPLES))
@settings(max_examples=100)
@given(data=st.data())
def test_an_object_with_any_one_value_replaced(name: str, data: st.DataObject):
    _take(name, objects.raw(_with_one_replaced(data, EXAMPLES[name][2])))


def _take(name: str, raw: bytes) -> None:
    kind, canonical, _ = EXAMPLES[name]
    try:
        value = adapter.read(kind, raw, OPERATOR).value
    except Refused as refusal:
        assert refusal.field
        return
    assert json.decode(json.encode(value), canonical) == value
    with suppress(Unsayable):
        json.dumps(adapter.write(kind, value).document)
        assert adapter.write(kind, value, Carried("2.1.1", raw)).document == parse(raw, [])


def _with_one_replaced(data: st.DataObject, value: Any) -> Any:
    """Goes down at random and puts anything there."""
    if not isinstance(value, dict | list) or not value or data.draw(st.integers(0, 4)) == 0:
        return data.draw(anything)
    key = data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = _with_one_replaced(data, value[key])
    return copy
