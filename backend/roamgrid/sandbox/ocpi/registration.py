"""Inbound versions and credentials (OCPI: Versions, Credentials)."""

from collections.abc import Callable
from typing import Any

from starlette.routing import Route

from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.connections import Connection, Connections
from roamgrid.sandbox.ocpi.handshake import Handshake
from roamgrid.sandbox.ocpi.knobs import PeerKnobs
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.shapes.shape import Endpoint, Version
from roamgrid.sandbox.ocpi.side import Side
from roamgrid.sandbox.ocpi.surface import Surface
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError, ok, parsed

Json = dict[str, Any]


class Registration:
    """The handlers; `Handshake` does the work."""

    def __init__(self, handshake: Handshake, connections: Connections, knobs: Callable[[], PeerKnobs]) -> None:
        self._handshake = handshake
        self._connections = connections
        self._knobs = knobs

    def routes(self, surface: Surface) -> list[Route]:
        credentials = {"GET": self.show, "POST": self.register, "PUT": self.renew, "DELETE": self.unregister}
        return [
            *surface.handshake_routes("/ocpi/versions", {"GET": self.versions}),
            *surface.handshake_routes("/ocpi/{version}", {"GET": self.details}),
            *surface.handshake_routes("/ocpi/{version}/credentials", credentials),
        ]

    async def versions(self, _: Call) -> Envelope:
        base = f"{self._side.base_url}/ocpi"
        return ok([{"version": self._name(name), "url": f"{base}/{name}"} for name in self._knobs().versions])

    async def details(self, call: Call) -> Envelope:
        self._check_offered(call)
        listed = [call.shape.endpoint(endpoint, self._address(endpoint, call)) for endpoint in self._endpoints(call)]
        return ok({"version": self._name(call.shape.version), "endpoints": listed})

    async def show(self, call: Call) -> Envelope:
        party = call.connection.party if call.connection else None
        return ok(self._side.credentials(call.token, call.shape, party))

    async def register(self, call: Call) -> Envelope:
        self._check_offered(call)
        if call.connection is not None:
            raise OcpiError(2000, "already registered: use PUT", http=405)
        theirs = self._handshake.read(parsed(await call.request.body(), Json), call.shape)
        return ok(await self._handshake.accept(call.token, call.shape, theirs))

    async def renew(self, call: Call) -> Envelope:
        self._check_offered(call)
        connection = self._registered(call)
        theirs = self._handshake.read(parsed(await call.request.body(), Json), call.shape)
        return ok(await self._handshake.renew(connection, call.shape, theirs))

    async def unregister(self, call: Call) -> Envelope:
        self._connections.remove(self._registered(call))
        return ok()

    @property
    def _side(self) -> Side:
        return self._handshake.side

    def _name(self, version: Version) -> str:
        return "2.1" if version == "2.1.1" and Quirk.ANNOUNCES_2_1 in self._knobs().quirks else version

    def _endpoints(self, call: Call) -> list[Endpoint]:
        quirks = self._knobs().quirks
        listed: list[Endpoint] = [("credentials", "SENDER"), *self._side.offered(call.shape)]
        if Quirk.CREDENTIALS_LISTED_TWICE in quirks:
            listed.append(("credentials", "RECEIVER"))
        return [item for item in listed if item[0] != "commands" or Quirk.COMMANDS_UNLISTED not in quirks]

    def _address(self, endpoint: Endpoint, call: Call) -> str:
        quirks = self._knobs().quirks
        slash = "/" if Quirk.TRAILING_SLASH_REQUIRED in quirks else ""
        url = self._side.url(call.shape, endpoint[0]) + slash
        return url.removeprefix(self._side.base_url) if Quirk.RELATIVE_URLS in quirks else url

    def _check_offered(self, call: Call) -> None:
        """A version that is not offered any more stays open to those who speak it."""
        speaks = call.connection is not None and call.connection.shape is call.shape
        if call.shape.version not in self._knobs().versions and not speaks:
            raise OcpiError(3002, f"{call.shape.version} is not offered", http=404)

    def _registered(self, call: Call) -> Connection:
        if call.connection is None:
            raise OcpiError(2000, "not registered: use POST", http=405)
        return call.connection
