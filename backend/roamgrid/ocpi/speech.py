"""What one protocol version can say: a table of forms, one for each kind of object, filled by that version's mapping.

The adapter looks a form up by its kind; nothing else asks for a version. A version that does not know a kind has no form of
it, and `Adapter.speaks` says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from roamgrid.canonical.party import PartyId
from roamgrid.kernel.errors import Invalid
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
    address (2.1.1). Of a command, `owner` is whom it is for and `asker` who sends it (2.1.1: whose the token is)."""

    dialect: Dialect
    owner: PartyId | None = None
    asker: PartyId | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that a version cannot say: `field` is a path in the document it was taken from (`*`: any index)."""

    field: str
    example: str


Losses = list[Loss]


class Unsayable(Invalid):
    """The version cannot say this value without changing what it means."""

    code = "OCPI_UNSAYABLE"
    hint = "Leave the object out for this partner, or move the partner to a version that can say it."


@dataclass(frozen=True, slots=True)
class Form(Generic[C]):
    """How one version writes one kind of object.

    `wire` is its declaration, of which readers and OpenAPI are made. `read` takes a parsed document and raises `Refused`;
    `write` gives a document for `kernel.json.dumps` and names what it had to leave out; it raises `Unsayable` where leaving
    out would change the meaning. None: we never send it. `stand_ins`: what the version requires and no canonical value holds,
    as it is said where no carried document says it.
    """

    wire: type[WireObject]
    read: Callable[[Any, Ways, Found], C]
    write: Callable[[C, Ways, Losses], Document] | None = None
    stand_ins: Mapping[str, object] = field(default_factory=dict)

    def completed(self, written: "Written") -> "Written":
        """With stand-ins for what is not said."""
        return Written({**self.stand_ins, **written.document}, written.losses)


@dataclass(frozen=True, slots=True)
class Speech:
    """One version: its number on the wire, and its forms.

    `takes_unknown`: readers of it must not reject unknown fields. `owner_in_address`: objects do not say whose they are.
    """

    version: str
    forms: Mapping[ObjectKind[Any], Form[Any]]
    takes_unknown: bool = False
    owner_in_address: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """The verbatim document that a canonical value was read from (D17), and the version it was written in.

    `dialect`: how its sender speaks; None: as the reader does in the same version, else as the specification wants.
    """

    version: str
    raw: bytes
    dialect: Dialect | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A document, and what of the value or of the carried document it could not hold."""

    document: Document
    losses: tuple[Loss, ...] = ()
