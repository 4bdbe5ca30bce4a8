"""The recipe of an OCPI module: what it serves stands in its `handlers`, and only that is announced and answered.

A module says on which `side` we serve it and which kind of object it `needs`; it exists in the versions that have that kind.
No module asks for a version: what differs is in the call's adapter and its dialect.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.inbound.answer import Answer
from roamgrid.ocpi.inbound.request import Call, Request
from roamgrid.ocpi.speech import ObjectKind, Speech
from roamgrid.tenancy.directory import Tenant

Handler = Callable[[Call], Awaitable[Answer]]
ShortCut = Callable[[Request], Awaitable[Answer | None]]
"""Authenticates and answers in one go; None: take the long way, which is always right."""

Place = tuple[str, int]
"""An HTTP method and how many path segments follow the endpoint."""


@dataclass(frozen=True, slots=True)
class Module:
    """`needs`: the kind without which the module makes no sense; None: it makes sense in every version.

    `side` None: it belongs to the platform and stands on neither side. `open_to_invited`: may be called with a token A, before
    the handshake is complete, and in any version, which is how one moves. `routed`: its calls carry routing headers (OCPI
    2.2.1, Message Routing: functional modules only). `switch`: an optional module, there only for tenants that declare it.
    """

    identifier: str
    role: InterfaceRole
    handlers: Mapping[Place, Handler]
    short_cuts: Mapping[Place, ShortCut] = field(default_factory=dict)
    needs: ObjectKind[Any] | None = None
    side: Side | None = Side.EMSP
    open_to_invited: bool = False
    routed: bool = True
    switch: str | None = None

    def exists_in(self, speech: Speech) -> bool:
        """Whether that version knows what the module is about."""
        return self.needs is None or self.needs in speech.forms

    def offered_by(self, tenant: Tenant) -> bool:
        """Whether the tenant has it at all."""
        return self.switch is None or self.switch in tenant.declaration.ocpi.modules

    def with_places_of(self, other: "Module") -> "Module":
        """Both at one address."""
        handlers, short_cuts = {**self.handlers, **other.handlers}, {**self.short_cuts, **other.short_cuts}
        return replace(self, handlers=handlers, short_cuts=short_cuts)

    def methods(self, segments: int) -> list[str]:
        """What may be done at that depth of the path."""
        return sorted(method for method, depth in self.handlers if depth == segments)
