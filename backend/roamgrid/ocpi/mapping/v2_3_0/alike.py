"""Values whose fields are called as on the wire: one mapping both ways for all of them.

The owner is the exception: `country_code` and `party_id` on the wire, one `PartyId` called `party` in the value.
"""

from collections.abc import Callable
from dataclasses import Field, fields, is_dataclass
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Any, ClassVar, Protocol, TypeVar, get_args, get_origin, get_type_hints

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.speech import Document
from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.common.moments import write_moment


class Value(Protocol):
    """A dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


V = TypeVar("V", bound=Value)
_Turn = Callable[[Any], Any]


def as_value(read: WireObject, to: type[V], **given: object) -> V:
    """The value that a wire object says; `given` are fields that are not alike after all."""
    return to(**{name: given[name] if name in given else turn(read) for name, turn in _turns(to)})


def as_document(value: Value, **given: object) -> Document:
    """The value as it is written: what is None is absent, and so is an empty list that need not be there."""
    document: Document = {}
    for field in fields(value):
        item = given.get(field.name, getattr(value, field.name))
        if isinstance(item, PartyId):
            document |= {"country_code": item.country_code, "party_id": item.party_id}
        elif item is not None and not (item == () and field.default == ()):
            document[field.name] = _written(item)
    return document


def _written(item: Any) -> Any:
    match item:
        case datetime():
            return write_moment(item)
        case tuple():
            return [_written(part) for part in item]
        case _ if is_dataclass(item) and not isinstance(item, type):
            return as_document(item)
        case _:
            return item


@cache
def _turns(to: type[Value]) -> tuple[tuple[str, _Turn], ...]:
    return tuple((name, _turn(name, hint)) for name, hint in get_type_hints(to).items())


def _turn(name: str, hint: Any) -> _Turn:
    """How a field is taken from the wire object."""
    kind, many = _kind(hint)
    if kind is PartyId:
        return _owner
    if not (isinstance(kind, type) and is_dataclass(kind)):
        return lambda read: getattr(read, name)
    if many:
        return lambda read: tuple([as_value(item, kind) for item in getattr(read, name)])
    return lambda read: None if getattr(read, name) is None else as_value(getattr(read, name), kind)


def _kind(hint: Any) -> tuple[Any, bool]:
    """What is inside `X`, `X | None` or `tuple[X, ...]`, and whether there are many."""
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    inner = [part for part in get_args(hint) if part is not NoneType]
    return (inner[0] if inner else hint), False


def _owner(read: Any) -> PartyId | None:
    known = read.country_code is not None and read.party_id is not None
    return PartyId.of(read.country_code, read.party_id) if known else None
