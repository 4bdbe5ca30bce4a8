"""Inbound versions and credentials (OCPI 2.2.1: Versions, Credentials)."""

from typing import Any

from starlette.routing import Route

from roamgrid.sandbox.cpo.connections import Connection, Connections
from roamgrid.sandbox.cpo.handshake import VERSION, Credentials, Handshake
from roamgrid.sandbox.cpo.surface import Call, Surface
from roamgrid.sandbox.cpo.wire import Envelope, OcpiError, ok, parsed

Json = dict[str, Any]
_OFFERED = (
    ("credentials", "SENDER"),
    ("locations", "SENDER"),
    ("tariffs", "SENDER"),
    ("sessions", "SENDER"),
    ("cdrs", "SENDER"),
    ("tokens", "RECEIVER"),
    ("commands", "RECEIVER"),
)


class Registration:
    """The handlers; `Handshake` does the work."""

    def __init__(self, base_url: str, handshake: Handshake, connections: Connections) -> None:
        self._base = f"{base_url}/ocpi"
        self._handshake = handshake
        self._connections = connections

    def routes(self, surface: Surface) -> list[Route]:
        credentials = {"GET": self.show, "POST": self.register, "PUT": self.renew, "DELETE": self.unregister}
        return [
            *surface.routes("/ocpi/versions", {"GET": self.versions}, access="invited"),
            *surface.routes(f"/ocpi/{VERSION}", {"GET": self.details}, access="invited"),
            *surface.routes(f"/ocpi/{VERSION}/credentials", credentials, access="invited"),
        ]

    async def versions(self, _: Call) -> Envelope:
        return ok([{"version": VERSION, "url": f"{self._base}/{VERSION}"}])

    async def details(self, _: Call) -> Envelope:
        endpoints = [
            {"identifier": module, "role": role, "url": f"{self._base}/{VERSION}/{module}"} for module, role in _OFFERED
        ]
        return ok({"version": VERSION, "endpoints": endpoints})

    async def show(self, call: Call) -> Envelope:
        return ok(self._handshake.credentials(call.token))

    async def register(self, call: Call) -> Envelope:
        if call.connection is not None:
            raise OcpiError(2000, "already registered: use PUT", http=405)
        theirs = parsed(await call.request.body(), Credentials)
        return ok(await self._handshake.accept(call.token, theirs))

    async def renew(self, call: Call) -> Envelope:
        connection = self._registered(call)
        theirs = parsed(await call.request.body(), Credentials)
        return ok(await self._handshake.renew(connection, theirs))

    async def unregister(self, call: Call) -> Envelope:
        self._connections.remove(self._registered(call))
        return ok()

    def _registered(self, call: Call) -> Connection:
        if call.connection is None:
            raise OcpiError(2000, "not registered: use POST", http=405)
        return call.connection
