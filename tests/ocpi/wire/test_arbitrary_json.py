"""Whatever a partner sends, a reader reads it or refuses it; it never breaks."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.wire.common.deviations import Read, Refused
from roamgrid.ocpi.wire.common.envelope import read_envelope, split
from roamgrid.ocpi.wire.common.versions import read_version_details, read_versions
from tests.ocpi import objects

adapter = adapter_for("2.2.1", "default")
READERS: dict[str, tuple[Callable[[bytes], Read[Any]], dict[str, Any]]] = {
    "location": (partial(adapter.read, kinds.LOCATION), objects.location()),
    "tariff": (
        partial(adapter.read, kinds.TARIFF),
        objects.tariff(elements=[objects.element(restrictions={"start_time": "08:00"})]),
    ),
    "session": (partial(adapter.read, kinds.SESSION), objects.session()),
    "cdr": (partial(adapter.read, kinds.CDR), objects.cdr()),
    "response": (partial(adapter.read, kinds.COMMAND_RESPONSE), {"result": "ACCEPTED", "timeout": 30}),
    "result": (partial(adapter.read, kinds.COMMAND_RESULT), {"result": "ACCEPTED"}),
    "credentials": (partial(adapter.read, kinds.CREDENTIALS), {"token": "t", "url": "u", "roles": [{"role": "CPO"}]}),
    "references": (partial(adapter.read, kinds.LOCATION_REFERENCES), {"location_id": "LOC1", "evse_uids": ["E1"]}),
    "token": (partial(adapter.read, kinds.TOKEN), objects.token_ref(issuer="x", valid=True, whitelist="NEVER")),
    "versions": (read_versions, {"version": "2.2.1", "url": "u"}),
    "details": (read_version_details, {"version": "2.2.1", "endpoints": []}),
}
names = st.sampled_from(sorted({name for _, example in READERS.values() for name in example} | {"excl_vat", "x", ""}))
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
oddities = st.sampled_from(["", "24:00", "2026-06-01T00:00:00Z", "1970-1-1T00:00:00Z", "1e5", "NaN", "EUR", "\x00", "ACTIVE"])
anything = st.recursive(
    scalars | oddities, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6), max_leaves=12
)


@pytest.mark.parametrize("kind", sorted(READERS))
@settings(max_examples=50)
@given(document=anything)
def test_any_json_is_read_or_refused(kind: str, document: object):
    _read_or_refuse(READERS[kind][0], objects.raw(document))


@pytest.mark.parametrize("kind", sorted(READERS))
@settings(max_examples=50)
@given(data=st.data())
def test_an_object_with_any_one_value_replaced_is_read_or_refused(kind: str, data: st.DataObject):
    read, example = READERS[kind]
    path = data.draw(st.sampled_from(list(_paths(example))))
    _read_or_refuse(read, objects.raw(_replaced(example, path, data.draw(anything))))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes):
    _read_or_refuse(partial(adapter.read, kinds.LOCATION), body)
    _read_or_refuse(read_envelope, body)
    _read_or_refuse(split, body)


def test_nesting_that_only_the_decoder_survives_is_refused():
    """Taking the NULs out goes as deep as the document."""
    with pytest.raises(Refused):
        adapter.read(kinds.LOCATION, b"[" * 900 + b'"\\u0000"' + b"]" * 900)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b'"\\ud800"', b'"\xff"', b"1" * 5000, b"\xef\xbb\xbf"])
def test_hostile_bodies_are_refused(body: bytes):
    with pytest.raises(Refused):
        adapter.read(kinds.LOCATION, body)
    with pytest.raises(Refused):
        read_envelope(body)


def _read_or_refuse(read: Callable[[bytes], Any], body: bytes) -> None:
    try:
        read(body)
    except Refused as refusal:
        assert refusal.field
        assert refusal.reason


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Any:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _paths(item, (*path, key))


def _replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], by)
    return copy
