"""Where the content of a push comes from: the queue holds names of objects, their state is read when it is sent.

So the newest state goes out however often an object changed, in the version and the dialect that the connection has by then.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.answer import Answer
from roamgrid.ocpi.outbound.push.queue import Changed
from roamgrid.ocpi.outbound.routing import Route
from roamgrid.tenancy.database import Work


@dataclass(frozen=True, slots=True)
class Letter:
    """One request that may be repeated without harm: PUT or DELETE of a whole object, POST of one that is known by its id."""

    method: str
    url: str
    body: Any
    route: Route | None = None


class PushSource(Protocol):
    """One kind of object that partners are told about."""

    @property
    def kind(self) -> str:
        """Its name in the queue; never changes: rows carry it."""
        ...

    @property
    def module(self) -> str:
        """Under which refusals are counted."""
        ...

    async def letter(self, work: Work, connection: Connection, key: str) -> Letter | None:
        """The object as it is now; None when there is nothing to tell this partner (any more)."""
        ...

    async def changed_since(self, work: Work, connection: Connection, since: datetime) -> list[Changed]:
        """When what changed, of all objects that this partner should know, since then."""
        ...

    async def delivered(self, work: Work, connection: Connection, key: str, answer: Answer) -> None:
        """The partner has taken it and answered so, in the transaction that takes it from the queue."""
        ...
