"""What is declared is what the specification's field tables say."""

import json
from typing import Annotated, Any, get_args, get_origin

import msgspec
import pytest

from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.declare import AtLeastOne, Enumeration, Flag, Moment, Number, OrElse, Text, Whole, WireObject
from roamgrid.ocpi.wire.v2_2_1 import cdr, command, credentials, location, session, tariff, token, types
from tests.ocpi.facts import shared

MODULES = (cdr, command, credentials, location, session, tariff, token, types)
OBJECTS = {
    name: declared
    for module in MODULES
    for name, declared in vars(module).items()
    if isinstance(declared, type) and issubclass(declared, WireObject) and declared is not WireObject
}
SPECIFIED_NAMES = {"Cdr": "CDR", "Evse": "EVSE"}
TYPES = {"number": Number, "int": Whole, "boolean": Flag, "DateTime": Moment, "string": Text, "CiString": Text, "URL": Text}


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_fields_types_lengths_and_cardinalities(name: str):
    facts = json.loads(shared("ocpi/fields/ocpi-2.2.1.json").read_text())
    fields = facts["objects"][SPECIFIED_NAMES.get(name, name)]
    assert {field.encode_name: _described(field) for field in msgspec.structs.fields(OBJECTS[name])} == {
        field: _specified(fact, facts["enums"]) for field, fact in fields.items()
    }


def test_every_declaration_makes_a_reader():
    assert all(callable(object_reader(declared)) for declared in OBJECTS.values())


def _specified(fact: dict[str, Any], enums: dict[str, Any]) -> tuple[str, object]:
    kind: object = TYPES.get(fact["type"], fact["type"])
    if fact["type"] in enums:
        kind = frozenset(enums[fact["type"]]["values"])
    if kind is Text:
        kind = (fact["type"] == "CiString", fact.get("max_len", 255))
    return fact["card"], kind


def _described(field: msgspec.structs.FieldInfo) -> tuple[str, object]:
    kind, markers = _unfold(field.type)
    many = get_origin(kind) is tuple
    required = field.required
    if many:
        plus = any(isinstance(marker, AtLeastOne) for marker in markers)
        card = "+" if plus else "*"
        kind, markers = _unfold(get_args(kind)[0])
    else:
        card = "1" if required else "?"
    spec = next((marker for marker in markers if isinstance(marker, Text | Number | Whole | Flag | Moment | Enumeration)), None)
    match spec:
        case Text(length, ci):
            return card, (ci, length)
        case Enumeration():
            return card, frozenset(spec.values)
        case None:
            return card, SPECIFIED_NAMES.get(kind.__name__, kind.__name__)
        case _:
            return card, type(spec)


def _unfold(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    if get_origin(annotation) is Annotated:
        kind, inner = _unfold(annotation.__origin__)
        return kind, tuple(marker for marker in (*inner, *annotation.__metadata__) if not isinstance(marker, OrElse))
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if get_origin(annotation) is not tuple and len(parts) == 1:
        return _unfold(parts[0])
    return annotation, ()
