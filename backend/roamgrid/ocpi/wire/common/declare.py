"""The words in which wire objects are declared.

An object is a `msgspec.Struct` whose fields carry markers: `name: Annotated[str, Text(255)]`. A default makes a field
optional, as the specification's cardinality does; `OrElse` marks a field that the specification requires and that we can do
without; a field with neither is one without which the object cannot be understood. A tuple is a list. From these
declarations `compile` makes a reader, and a schema can be made.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

import msgspec


class WireObject(msgspec.Struct, frozen=True, gc=False):
    """Base of all declarations.

    `refuse_unknown`: a field that we do not know changes what the known ones mean, so the object is refused.
    """

    refuse_unknown: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Text:
    """A string; `ci`: a CiString, printable ASCII that compares without case. Length in characters."""

    max_length: int
    ci: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number, read as an exact decimal."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A JSON number without fraction that fits 32 bits."""


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""


@dataclass(frozen=True, slots=True)
class Moment:
    """DateTime: RFC 3339 in UTC; without a zone it means UTC."""


@dataclass(frozen=True, slots=True, init=False)
class Enumeration:
    """A list of values. Unknown ones are kept as text; they are no deviation where the list is `open` (2.3.0, OpenEnum)."""

    name: str
    values: tuple[str, ...]
    open: bool

    def __init__(self, name: str, values: str, *, open: bool = False) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "values", tuple(values.split()))
        object.__setattr__(self, "open", open)


@dataclass(frozen=True, slots=True)
class OrElse:
    """Required by the specification, dispensable to us: this value stands in."""

    value: object


@dataclass(frozen=True, slots=True)
class Exact:
    """Price depends on it: what cannot be read is not left out, it makes the enclosing object unreadable."""


@dataclass(frozen=True, slots=True)
class AtLeastOne:
    """Cardinality `+`: an empty list deviates."""


@dataclass(frozen=True, slots=True)
class NullCode:
    """An explicit null has a name of its own among the deviations."""

    code: str


EXACT = Exact()
PLUS = AtLeastOne()

Id36 = Annotated[str, Text(36, ci=True)]
Id39 = Annotated[str, Text(39, ci=True)]
CountryCode = Annotated[str, Text(2, ci=True)]
PartyCode = Annotated[str, Text(3, ci=True)]
Url = Annotated[str, Text(255)]
Text64 = Annotated[str, Text(64)]
Text255 = Annotated[str, Text(255)]
Int = Annotated[int, Whole()]
Num = Annotated[Decimal, Number()]
Bool = Annotated[bool, Flag()]
DateTime = Annotated[datetime, Moment()]
