"""The members that a version wants of an object, which a PATCH cannot clear: read off the wire types."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_type_hints

from msgspec.structs import fields

from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.wire.common.declare import WireObject


def required(adapter: Adapter, kind: ObjectKind[Any], *members: str) -> frozenset[str]:
    """`members` lead to an object within: `evses`, `connectors`."""
    return _required(adapter.speech.forms[kind].wire, members)


@cache
def _required(wire: type[WireObject], members: tuple[str, ...]) -> frozenset[str]:
    for member in members:
        wire = _object_in(get_type_hints(wire)[_attribute(wire, member)])
    return frozenset(field.encode_name for field in fields(wire) if field.required)


def _attribute(wire: type[WireObject], member: str) -> str:
    return next(field.name for field in fields(wire) if field.encode_name == member)


def _object_in(hint: Any) -> type[WireObject]:
    """The one object type in `tuple[Evse, ...]` and the like."""
    return next(found for found in _types_in(hint) if issubclass(found, WireObject))


def _types_in(hint: Any) -> Iterator[type[Any]]:
    if isinstance(hint, type) and not get_args(hint):
        yield hint
    for inner in get_args(hint):
        yield from _types_in(inner)
