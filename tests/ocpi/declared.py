"""What a declaration says, in the words of the field tables, to be compared with them."""

import json
from typing import Annotated, Any, get_args, get_origin

import msgspec

from roamgrid.ocpi.wire.common.declare import AtLeastOne, Enumeration, Flag, Moment, Number, OrElse, Text, Whole, WireObject
from tests.ocpi.facts import shared

SPECIFIED_NAMES = {"Cdr": "CDR", "Evse": "EVSE", "EvseParking": "EVSEParking"}
TYPES = {"number": Number, "int": Whole, "boolean": Flag, "DateTime": Moment, "string": Text, "CiString": Text, "URL": Text}
Facts = dict[str, Any]


def facts(*names: str) -> Facts:
    """The field tables of a version; optional modules add fields and values to its objects and enumerations."""
    objects: dict[str, Any] = {}
    enums: dict[str, Any] = {}
    for name in names:
        table = json.loads(shared(f"ocpi/fields/{name}.json").read_text())
        for object_name, fields in table["objects"].items():
            objects.setdefault(object_name.split("(")[0], {}).update(fields)
        for enum_name, fact in table["enums"].items():
            before = enums.get(enum_name.split("(")[0], {"values": []})
            enums[enum_name.split("(")[0]] = {"open": fact["open"], "values": before["values"] + fact["values"]}
    return {"objects": objects, "enums": enums}


def specified(name: str, facts: Facts) -> dict[str, object]:
    """An object's fields as the tables have them."""
    fields = facts["objects"][SPECIFIED_NAMES.get(name, name)]
    return {field: _specified(fact, facts["enums"]) for field, fact in fields.items()}


def described(declared: type[WireObject]) -> dict[str, object]:
    """An object's fields as they are declared."""
    return {field.encode_name: _described(field) for field in msgspec.structs.fields(declared)}


def objects_in(declared: type[WireObject]) -> set[type[WireObject]]:
    """The object and all that stand in it."""
    inner = {unfold(field.type)[0] for field in msgspec.structs.fields(declared)}
    inner = {unfold(get_args(kind)[0])[0] if get_origin(kind) is tuple else kind for kind in inner}
    nested = [objects_in(kind) for kind in inner if isinstance(kind, type) and issubclass(kind, WireObject)]
    return {declared}.union(*nested)


def _specified(fact: dict[str, Any], enums: dict[str, Any]) -> tuple[str, object]:
    kind: object = TYPES.get(fact["type"], fact["type"])
    if fact["type"] in enums:
        kind = (enums[fact["type"]]["open"], frozenset(enums[fact["type"]]["values"]))
    if kind is Text:
        kind = (fact["type"] == "CiString", fact.get("max_len", 255))
    return fact["card"], kind


def _described(field: msgspec.structs.FieldInfo) -> tuple[str, object]:
    kind, markers = unfold(field.type)
    many = get_origin(kind) is tuple
    required = field.required
    if many:
        plus = any(isinstance(marker, AtLeastOne) for marker in markers)
        card = "+" if plus else "*"
        kind, markers = unfold(get_args(kind)[0])
    else:
        card = "1" if required else "?"
    spec = next((marker for marker in markers if isinstance(marker, Text | Number | Whole | Flag | Moment | Enumeration)), None)
    match spec:
        case Text(length, ci):
            return card, (ci, length)
        case Enumeration():
            return card, (spec.open, frozenset(spec.values))
        case None:
            return card, SPECIFIED_NAMES.get(kind.__name__, kind.__name__)
        case _:
            return card, type(spec)


def unfold(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """The bare type and the markers around it."""
    if get_origin(annotation) is Annotated:
        kind, inner = unfold(annotation.__origin__)
        return kind, tuple(marker for marker in (*inner, *annotation.__metadata__) if not isinstance(marker, OrElse))
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if get_origin(annotation) is not tuple and len(parts) == 1:
        return unfold(parts[0])
    return annotation, ()
