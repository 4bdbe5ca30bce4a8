"""The recipe of an OCPI module: what it serves stands in its `handlers`, and only that is announced and answered."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.inbound.answer import Answer
from roamgrid.ocpi.inbound.request import Call, Request

Handler = Callable[[Call], Awaitable[Answer]]
ShortCut = Callable[[Request], Awaitable[Answer | None]]
"""Authenticates and answers in one go; None: take the long way, which is always right."""

Place = tuple[str, int]
"""An HTTP method and how many path segments follow the endpoint."""


@dataclass(frozen=True, slots=True)
class Module:
    """`open_to_invited`: may be called with a token A, before the handshake is complete; such a module carries no routing
    headers either (OCPI 2.2.1, Message Routing)."""

    identifier: str
    role: InterfaceRole
    handlers: Mapping[Place, Handler]
    short_cuts: Mapping[Place, ShortCut] = field(default_factory=dict)
    open_to_invited: bool = False

    def methods(self, segments: int) -> list[str]:
        """What may be done at that depth of the path."""
        return sorted(method for method, depth in self.handlers if depth == segments)
