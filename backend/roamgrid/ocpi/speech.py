"""What one protocol version can say: a table of forms, one for each kind of object, filled by that version's mapping.

The adapter looks a form up by its kind; nothing else asks for a version. A version that does not know a kind has no form of
it, and `Adapter.speaks` says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.common.scalars import Found

C = TypeVar("C")
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ObjectKind(Generic[C]):
    """A kind of object that platforms exchange, whatever the version; `C` is the canonical value it is read to."""

    name: str


@dataclass(frozen=True, slots=True)
class Ways:
    """What the document itself does not say: the partner's habits, and whose object it is where the version leaves it to the
    address (2.1.1)."""

    dialect: Dialect
    owner: PartyId | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that a version cannot say: `field` is a path in the document it was taken from (`*`: any index)."""

    field: str
    example: str


Losses = list[Loss]


@dataclass(frozen=True, slots=True)
class Form(Generic[C]):
    """How one version writes one kind of object.

    `wire` is its declaration, of which readers and OpenAPI are made. `read` takes a parsed document and raises `Refused`;
    `write` gives a document for `kernel.json.dumps` and names what it had to leave out. None: we never send it.
    """

    wire: type[WireObject]
    read: Callable[[Any, Ways, Found], C]
    write: Callable[[C, Ways, Losses], Document] | None = None


@dataclass(frozen=True, slots=True)
class Speech:
    """One version: its number on the wire, and its forms."""

    version: str
    forms: Mapping[ObjectKind[Any], Form[Any]]


@dataclass(frozen=True, slots=True)
class Carried:
    """The verbatim document that a canonical value was read from (D17), and the version it was written in."""

    version: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """A document, and what of the value or of the carried document it could not hold."""

    document: Document
    losses: tuple[Loss, ...] = ()
