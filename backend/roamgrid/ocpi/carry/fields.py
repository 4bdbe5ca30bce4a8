"""What a version declares, by path: `/evses/*/uid` to the field that stands there."""

from collections.abc import Mapping
from functools import cache

from roamgrid.ocpi.wire.common.compile import Part, parts
from roamgrid.ocpi.wire.common.declare import WireObject

Fields = Mapping[str, Part]


@cache
def fields_of(wire: type[WireObject]) -> Fields:
    """Every field of a document and of the objects in it; below a list stand the fields of its items (`/*`)."""
    fields: dict[str, Part] = {}
    _add(fields, wire, "")
    return fields


@cache
def required_of(wire: type[WireObject]) -> frozenset[str]:
    """The fields without which an object breaks the specification."""
    return frozenset(part.name for part in parts(wire) if part.required)


@cache
def indispensable_in(wire: type[WireObject]) -> frozenset[str]:
    """The fields that an object within another cannot lose: the required ones, and those on which a price depends."""
    return required_of(wire) | {part.name for part in parts(wire) if part.exact}


def _add(fields: dict[str, Part], wire: type[WireObject], path: str) -> None:
    for part in parts(wire):
        below = f"{path}/{part.name}"
        fields[below] = part
        if part.within is not None:
            _add(fields, part.within, f"{below}/*" if part.many else below)
