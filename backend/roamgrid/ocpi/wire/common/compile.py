"""Turns declarations into readers, once, when a module is imported.

Paths are fixed then, so that reading spends nothing on them: `/evses/*/uid` whatever the index. That is also what makes
deviations countable.
"""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter, signature
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from roamgrid.ocpi.wire.common.declare import (
    AtLeastOne,
    Enumeration,
    Exact,
    Flag,
    Moment,
    NullCode,
    Number,
    OrElse,
    Text,
    Whole,
    WireObject,
)
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused, shown
from roamgrid.ocpi.wire.common.scalars import (
    Empty,
    Found,
    Reader,
    enumeration_reader,
    flag_reader,
    moment_reader,
    number_reader,
    text_reader,
    whole_reader,
)

O = TypeVar("O", bound=WireObject)  # noqa: E741

_SCALARS: dict[type, Any] = {
    Text: text_reader,
    Number: number_reader,
    Whole: whole_reader,
    Flag: flag_reader,
    Moment: moment_reader,
    Enumeration: enumeration_reader,
}


@dataclass(frozen=True, slots=True)
class _Field:
    """What to do when a field is absent or cannot be read."""

    path: str
    essential: bool
    optional: bool
    exact: bool
    default: Any
    null: Deviation

    def missing(self, found: Found) -> Any:
        if self.essential:
            raise Refused(self.path, "is missing")
        found.append(Deviation(Code.MISSING_FIELD, self.path, ""))
        return self.default

    def unreadable(self, problem: Refused, found: Found) -> Any:
        """An empty text is an absent one; anything else is left out, unless the object makes no sense without it."""
        if self.essential or (self.exact and not isinstance(problem, Empty)):
            raise problem
        code = Code.EMPTY_TEXT if isinstance(problem, Empty) else Code.UNREADABLE
        found.append(Deviation(code, problem.field or self.path, shown(problem.reason)))
        return self.default


def object_reader(declared: type[O], path: str = "") -> Reader[O]:
    """A reader of one kind of object. `path` is where it stands in the document."""
    compiled = [_compile(info, f"{path}/{info.encode_name}") for info in msgspec.structs.fields(declared)]
    fields = tuple((name, read_field, field.optional, field.default, field) for name, read_field, field in compiled)
    by_name = {name: field for name, _, field in compiled}
    refuse_unknown = declared.refuse_unknown
    make = _maker(declared)

    def read(value: Any, found: Found) -> O:
        if type(value) is not dict:
            raise Refused(path, f"is {shown(value)}, not an object") if value != "" else Empty(path)
        values: list[Any] = []
        append = values.append
        get = value.get
        present = 0
        for name, read_field, optional, default, field in fields:
            item = get(name)
            if item is None:
                append(default if optional else field.missing(found))
                continue
            present += 1
            try:
                append(read_field(item, found))
            except Refused as problem:
                append(field.unreadable(problem, found))
        if present != len(value):
            note_rest(value, found)
        return make(*values)

    def note_rest(value: dict[str, Any], found: Found) -> None:
        for name, item in value.items():
            field = by_name.get(name)
            if field is None:
                if refuse_unknown and item is not None:
                    raise Refused(f"{path}/{name}", "is unknown and may change what the rest means")
                found.append(Deviation(Code.UNKNOWN_FIELD, f"{path}/*", shown(name)))
            elif item is None and field.optional:
                found.append(field.null)

    return read


def _maker(declared: type[O]) -> Callable[..., O]:
    """Builds the object of the values in the order of its fields, also where the last ones are keyword-only: what a version
    adds to another's object and requires."""
    keywords = [name for name, field in signature(declared).parameters.items() if field.kind is Parameter.KEYWORD_ONLY]
    if not keywords:
        return declared
    count = len(signature(declared).parameters) - len(keywords)
    return lambda *values: declared(*values[:count], **dict(zip(keywords, values[count:], strict=True)))


@dataclass(frozen=True, slots=True)
class Part:
    """A field as others than its reader need to know it. `read_one` reads the value, or one item where there are `many`.

    `within`: what an object in it declares. `required`: by the specification, whether or not we can do without.
    """

    name: str
    required: bool
    exact: bool
    many: bool
    within: type[WireObject] | None
    read_one: Reader[Any]


def parts(declared: type[WireObject]) -> list[Part]:
    """The fields of an object in their order."""
    made = []
    for info in msgspec.structs.fields(declared):
        kind, markers = _unfold(info.type)
        exact = any(isinstance(marker, Exact) for marker in markers)
        many = get_origin(kind) is tuple
        if many:
            kind, markers = _unfold(get_args(kind)[0])
        made.append(
            Part(
                name=info.encode_name,
                required=info.default is msgspec.NODEFAULT,
                exact=exact,
                many=many,
                within=kind if isinstance(kind, type) and issubclass(kind, WireObject) else None,
                read_one=_value_reader(kind, markers, "", exact=exact, plus=False),
            )
        )
    return made


def list_reader(read_item: Reader[Any], path: str, *, exact: bool, plus: bool) -> Reader[tuple[Any, ...]]:
    """A reader of a list. Items that cannot be read are left out, unless `exact`."""

    def read(value: Any, found: Found) -> tuple[Any, ...]:
        if type(value) is not list:
            value = [as_only_item(value, found)]
        elif plus and not value:
            found.append(Deviation(Code.EMPTY_LIST, path, "[]"))
        before = len(found)
        try:
            return tuple([read_item(item, found) for item in value])
        except Refused:
            if exact:
                raise
        del found[before:]
        return tuple(readable(value, found))

    def as_only_item(value: Any, found: Found) -> Any:
        if value == "":
            raise Empty(path)
        found.append(Deviation(Code.NOT_A_LIST, path, shown(value)))
        return value

    def readable(items: list[Any], found: Found) -> list[Any]:
        kept = []
        for item in items:
            before = len(found)
            try:
                kept.append(read_item(item, found))
            except Refused as problem:
                del found[before:]
                found.append(Deviation(Code.UNREADABLE, problem.field or path, shown(problem.reason)))
        return kept

    return read


def _compile(info: msgspec.structs.FieldInfo, path: str) -> tuple[str, Reader[Any], _Field]:
    kind, markers = _unfold(info.type)
    has_default = info.default is not msgspec.NODEFAULT
    or_else = next((marker for marker in markers if isinstance(marker, OrElse)), None)
    null_code = next((Code(marker.code) for marker in markers if isinstance(marker, NullCode)), Code.NULL_FIELD)
    exact = any(isinstance(marker, Exact) for marker in markers)
    required = not has_default
    field = _Field(
        path=path,
        essential=required and or_else is None,
        optional=not required,
        exact=exact,
        default=info.default if has_default else or_else.value if or_else else None,
        null=Deviation(null_code, path, "null"),
    )
    plus = any(isinstance(marker, AtLeastOne) for marker in markers)
    return info.encode_name, _value_reader(kind, markers, path, exact=exact, plus=plus), field


def _value_reader(kind: Any, markers: tuple[Any, ...], path: str, *, exact: bool, plus: bool) -> Reader[Any]:
    if get_origin(kind) is tuple:
        item_kind, item_markers = _unfold(get_args(kind)[0])
        item_path = f"{path}/*"
        return list_reader(
            _value_reader(item_kind, item_markers, item_path, exact=exact, plus=False), path, exact=exact, plus=plus
        )
    if isinstance(kind, type) and issubclass(kind, WireObject):
        return object_reader(kind, path)
    spec = next(marker for marker in markers if type(marker) in _SCALARS)
    reader: Reader[Any] = _SCALARS[type(spec)](spec, path)
    return reader


def _unfold(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """The bare type and all markers around it: `Annotated[...]`, `... | None`, and either around the other."""
    if get_origin(annotation) is Annotated:
        kind, markers = _unfold(annotation.__origin__)
        return kind, markers + annotation.__metadata__
    if get_origin(annotation) in (Union, UnionType):
        (inner,) = (part for part in get_args(annotation) if part is not NoneType)
        return _unfold(inner)
    return annotation, ()
