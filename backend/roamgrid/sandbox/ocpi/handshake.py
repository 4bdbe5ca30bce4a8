"""Versions and credentials in both directions (OCPI, Credentials: registration; the same logic in every version)."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urljoin

import msgspec

from roamgrid.sandbox.ocpi.authorization import new_token
from roamgrid.sandbox.ocpi.connections import Connection, Connections
from roamgrid.sandbox.ocpi.knobs import PeerKnobs
from roamgrid.sandbox.ocpi.peer import Peer, Unreachable
from roamgrid.sandbox.ocpi.shapes import SHAPES, highest_common
from roamgrid.sandbox.ocpi.shapes.shape import Endpoint, Introduction, Owner, Shape, Version
from roamgrid.sandbox.ocpi.side import Side
from roamgrid.sandbox.ocpi.wire import OcpiError

Json = dict[str, Any]
T = TypeVar("T")


class _Version(msgspec.Struct):
    version: str
    url: str


class _Details(msgspec.Struct):
    endpoints: list[Json]


class Handshake:
    """Registers peers: we accept their credentials, or we take up their invitation."""

    def __init__(self, side: Side, connections: Connections, peer: Peer, knobs: Callable[[], PeerKnobs]) -> None:
        self.side = side
        self._connections = connections
        self._peer = peer
        self._knobs = knobs

    def read(self, document: Json, shape: Shape) -> Introduction:
        """A peer's credentials. Raises OcpiError 2001 naming the field that does not fit."""
        try:
            return shape.read_introduction(document, self.side.peer_role)
        except msgspec.ValidationError as error:
            raise OcpiError(2001, str(error)) from error

    async def accept(self, invitation: str, shape: Shape, theirs: Introduction) -> Json:
        """A peer with our token A introduces itself; our answer carries token C. Raises OcpiError 3001, 3002, 3003."""
        endpoints = await self._endpoints(theirs.url, theirs.token, shape)
        if invitation not in self._connections.invitations:
            raise OcpiError(2000, "this invitation has just been used", http=405)
        wanted = self._connections.invitations.pop(invitation)
        connection = self._connections.add(
            our_token=new_token(),
            their_token=theirs.token,
            versions_url=theirs.url,
            shape=shape,
            endpoints=endpoints,
            party=self.side.only_party(shape, wanted),
        )
        _introduced(connection, theirs)
        return self._credentials(connection, connection.our_token)

    async def renew(self, connection: Connection, shape: Shape, theirs: Introduction) -> Json:
        """A registered peer changed its token, URL, roles or version; it gets a new token from us. Raises as `accept`."""
        connection.endpoints = await self._endpoints(theirs.url, theirs.token, shape)
        self._speak(connection, shape)
        _introduced(connection, theirs)
        self._connections.rekey(connection, new_token())
        return self._credentials(connection, connection.our_token)

    async def register(self, versions_url: str, token_a: str, party: Owner | None) -> Connection:
        """Take up a peer's invitation. Raises OcpiError when the peer refuses or lacks what is needed."""
        shape, endpoints = await self._best(versions_url, token_a)
        waiting = self._connections.add(
            our_token=new_token(),
            their_token=token_a,
            versions_url=versions_url,
            shape=shape,
            endpoints=endpoints,
            party=self.side.only_party(shape, party),
        )
        try:
            theirs = await self._introduce("POST", waiting, waiting.our_token)
        except (Unreachable, OcpiError):
            self._connections.remove(waiting)
            raise
        _introduced(waiting, theirs)
        return waiting

    async def move(self, connection: Connection, version: Version | None) -> Connection:
        """Renew the connection by PUT, in another version if one is named. Raises as `register`; then nothing changed."""
        shape = SHAPES[version] if version else connection.shape
        endpoints = await self._endpoints(connection.versions_url, connection.their_token, shape)
        before = (connection.shape, connection.endpoints, connection.party, connection.our_token)
        connection.endpoints = endpoints
        self._speak(connection, shape)
        self._connections.rekey(connection, new_token())
        try:
            theirs = await self._introduce("PUT", connection, connection.our_token)
        except (Unreachable, OcpiError):
            connection.shape, connection.endpoints, connection.party, token = before
            self._connections.rekey(connection, token)
            raise
        _introduced(connection, theirs)
        return connection

    async def leave(self, connection: Connection) -> None:
        """End the connection by DELETE; what the peer says to it does not matter."""
        self._connections.remove(connection)
        await self._peer.call("DELETE", _credentials_url(connection), token=connection.their_token, shape=connection.shape)

    def _speak(self, connection: Connection, shape: Shape) -> None:
        if shape is not connection.shape:
            connection.shape = shape
            connection.party = self.side.only_party(shape, None)

    def _credentials(self, connection: Connection, token: str) -> Json:
        return self.side.credentials(token, connection.shape, connection.party)

    async def _introduce(self, method: str, connection: Connection, our_token: str) -> Introduction:
        ours = self._credentials(connection, our_token)
        answer = await self._peer.call(
            method, _credentials_url(connection), token=connection.their_token, shape=connection.shape, body=ours
        )
        if not answer.acknowledged:
            raise OcpiError(answer.code or 3000, f"the peer refused our credentials: {answer.message}")
        return self.read(answer.data, connection.shape)

    async def _best(self, versions_url: str, token: str) -> tuple[Shape, dict[Endpoint, str]]:
        """The newest version that both sides offer, and the peer's endpoints in it."""
        ours = self._knobs().versions
        versions = await self._fetch(versions_url, token, SHAPES[ours[-1]], list[_Version])
        shape = highest_common(ours, [item.version for item in versions])
        if shape is None:
            raise OcpiError(3002, f"the peer offers none of {', '.join(ours)}")
        return shape, await self._details(versions, versions_url, token, shape)

    async def _endpoints(self, versions_url: str, token: str, shape: Shape) -> dict[Endpoint, str]:
        versions = await self._fetch(versions_url, token, shape, list[_Version])
        return await self._details(versions, versions_url, token, shape)

    async def _details(self, versions: list[_Version], versions_url: str, token: str, shape: Shape) -> dict[Endpoint, str]:
        names = {shape.version, "2.1"} if shape.version == "2.1.1" else {shape.version}
        url = next((item.url for item in versions if item.version in names), None)
        if url is None:
            raise OcpiError(3002, f"the peer does not offer {shape.version}")
        details = await self._fetch(urljoin(versions_url, url), token, shape, _Details)
        listed = shape.read_endpoints(details.endpoints, self.side.peer_role)
        if missing := [f"{module} {role}" for module, role in self.side.required if (module, role) not in listed]:
            raise OcpiError(3003, f"missing endpoints: {', '.join(missing)}")
        return {endpoint: urljoin(versions_url, address) for endpoint, address in listed.items()}

    async def _fetch(self, url: str, token: str, shape: Shape, as_type: type[T]) -> T:
        try:
            answer = await self._peer.call("GET", url, token=token, shape=shape)
            if not answer.acknowledged:
                raise OcpiError(3001, f"GET {url} answered HTTP {answer.http}, status_code {answer.code}")
            return msgspec.convert(answer.data, as_type)
        except (Unreachable, msgspec.ValidationError) as error:
            raise OcpiError(3001, str(error)) from error


def _introduced(connection: Connection, theirs: Introduction) -> None:
    connection.their_token, connection.versions_url = theirs.token, theirs.url
    connection.roles = msgspec.to_builtins(theirs.roles)
    connection.hub_party_id = theirs.hub_party_id


def _credentials_url(connection: Connection) -> str:
    """Raises OcpiError 3003 where the peer lists none; its role does not matter."""
    url = next((url for (module, _), url in connection.endpoints.items() if module == "credentials"), None)
    if url is None:
        raise OcpiError(3003, "the peer lists no credentials endpoint")
    return url
