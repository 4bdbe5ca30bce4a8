"""An inbound request that passed the gate."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request

from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.shapes.shape import Owner, Shape
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated request in a version. Without a connection the caller presented an invitation (token A)."""

    request: Request
    token: str
    shape: Shape
    connection: Connection | None

    @property
    def peer(self) -> Connection:
        """The registered caller. Raises OcpiError 401 for one that holds an invitation only."""
        if self.connection is None:
            raise OcpiError(2000, "register first: this token is good for versions and credentials only", http=401)
        return self.connection

    @property
    def addressed_party(self) -> Owner | None:
        """Whom the routing headers name, if they do; on a connection for one party always that one."""
        headers = self.request.headers
        country_code, party_id = headers.get("OCPI-to-country-code"), headers.get("OCPI-to-party-id")
        named = (country_code, party_id) if country_code and party_id else None
        return (self.connection.party if self.connection else None) or named


Handler = Callable[[Call], Awaitable[Envelope]]
