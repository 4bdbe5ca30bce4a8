"""How an operation is described: where it is served, what it takes, what it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from roamgrid.ocpi.openapi.schemas import Schema, Schemas, part_of
from roamgrid.ocpi.speech import ObjectKind, Speech


@dataclass(frozen=True, slots=True)
class Payload:
    """An object in a body.

    `within`: a part of it, as `("evses",)` of a location; `partial`: as PATCH sends it; `many`: a list of them.
    """

    kind: ObjectKind[Any]
    within: tuple[str, ...] = ()
    partial: bool = False
    many: bool = False

    def schema(self, speech: Speech, schemas: Schemas) -> Schema:
        wire = part_of(speech.forms[self.kind].wire, *self.within)
        reference = schemas.reference(wire, partial=self.partial)
        return {"type": "array", "items": reference} if self.many else reference


@dataclass(frozen=True, slots=True)
class Query:
    """A query parameter."""

    name: str
    schema: Mapping[str, Any]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address below a module's endpoint. It exists in the versions that have its kinds.

    `body_required` False: the body may be left out. `needs`: the kind it is about, where it has no body to say so.
    """

    method: str
    path: str
    summary: str
    body: Payload | None = None
    data: Payload | None = None
    query: tuple[Query, ...] = ()
    body_required: bool = True
    needs: ObjectKind[Any] | None = None

    @property
    def depth(self) -> int:
        """How many path segments follow the endpoint."""
        return sum(bool(segment) for segment in self.path.split("/"))

    def exists_in(self, speech: Speech) -> bool:
        """Whether that version has the operation."""
        kinds = [payload.kind for payload in (self.body, self.data) if payload is not None]
        return all(kind in speech.forms for kind in (*kinds, *([self.needs] if self.needs else [])))


@dataclass(frozen=True, slots=True)
class ModuleOperations:
    """What one module offers in one role. `functional`: it takes part in message routing."""

    identifier: str
    operations: tuple[Operation, ...]
    functional: bool = True
