"""JSON Schema (2020-12) of the wire types: what the specification asks for, not what we forgive."""

from collections.abc import Callable
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from roamgrid.ocpi.wire.common.declare import (
    AtLeastOne,
    Enumeration,
    Flag,
    Moment,
    Number,
    Text,
    Whole,
    WireObject,
)

Schema = dict[str, Any]

_LARGEST = 10**15
"""Beyond it there is no quantity of this trade; we refuse it."""
_PRINTABLE_ASCII = "^[ -~]*$"
_DATE_TIME = r"^(19|20)\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?Z?$"
DATE_TIME: Schema = {"type": "string", "maxLength": 25, "pattern": _DATE_TIME}


class SchemaNameTaken(AssertionError):
    """Two wire types of one version have the same name; rename one of them."""


class Schemas:
    """The schemas of one document; each object is described once, under its class name."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        self._declared: dict[str, type[WireObject]] = {}

    def reference(self, declared: type[WireObject], *, partial: bool = False) -> Schema:
        """A reference to an object's schema. `partial`: as a PATCH sends it, where no field is required."""
        name = f"{declared.__name__}Patch" if partial else declared.__name__
        if self._declared.setdefault(name, declared) is not declared:
            raise SchemaNameTaken(f"{name}: {declared.__module__} and {self._declared[name].__module__}")
        if name not in self.components:
            self.components[name] = {}
            self.components[name].update(self._object(declared, partial=partial))
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(self, declared: type[WireObject], *, partial: bool) -> Schema:
        fields = msgspec.structs.fields(declared)
        schema: Schema = {"type": "object", "properties": {info.encode_name: self._field(info) for info in fields}}
        required = [info.encode_name for info in fields if info.default is msgspec.NODEFAULT]
        if required and not partial:
            schema["required"] = required
        if declared.__doc__:
            schema["description"] = " ".join(declared.__doc__.split())
        return schema

    def _field(self, info: msgspec.structs.FieldInfo) -> Schema:
        kind, markers = _unfold(info.type)
        schema = self._value(kind, markers)
        return schema if info.default is msgspec.NODEFAULT else _nullable(schema)

    def _value(self, kind: Any, markers: tuple[Any, ...]) -> Schema:
        if get_origin(kind) is tuple:
            items = self._value(*_unfold(get_args(kind)[0]))
            return {"type": "array", "items": items} | ({"minItems": 1} if _has(markers, AtLeastOne) else {})
        if isinstance(kind, type) and issubclass(kind, WireObject):
            return self.reference(kind)
        return next(_SCALARS[type(marker)](marker) for marker in markers if type(marker) in _SCALARS)


def part_of(declared: type[WireObject], *fields: str) -> type[WireObject]:
    """The objects in a list within an object: `part_of(Location, "evses")`."""
    for name in fields:
        info = next(info for info in msgspec.structs.fields(declared) if info.encode_name == name)
        declared = _unfold(get_args(_unfold(info.type)[0])[0])[0]
    return declared


def _text(spec: Text) -> Schema:
    schema: Schema = {"type": "string", "maxLength": spec.max_length}
    return schema | {"pattern": _PRINTABLE_ASCII} if spec.ci else schema


def _enumeration(spec: Enumeration) -> Schema:
    """An open enumeration takes other values too."""
    if getattr(spec, "open", False):
        return {"type": "string", "examples": list(spec.values)}
    return {"type": "string", "enum": list(spec.values)}


_SCALARS: dict[type, Callable[[Any], Schema]] = {
    Text: _text,
    Number: lambda _: {"type": "number", "minimum": -_LARGEST, "maximum": _LARGEST},
    Whole: lambda _: {"type": "integer", "format": "int32"},
    Flag: lambda _: {"type": "boolean"},
    Moment: lambda _: dict(DATE_TIME),
    Enumeration: _enumeration,
}


def _nullable(schema: Schema) -> Schema:
    """Cardinalities `?` and `*` allow null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "enum" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return schema | {"type": [schema["type"], "null"]}


def _has(markers: tuple[Any, ...], kind: type) -> bool:
    return any(isinstance(marker, kind) for marker in markers)


def _unfold(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    if get_origin(annotation) is Annotated:
        kind, markers = _unfold(annotation.__origin__)
        return kind, markers + annotation.__metadata__
    if get_origin(annotation) in (Union, UnionType):
        (inner,) = (part for part in get_args(annotation) if part is not NoneType)
        return _unfold(inner)
    return annotation, ()
