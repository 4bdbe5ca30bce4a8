"""Versions and credentials in both directions (OCPI 2.2.1, Credentials: registration)."""

from typing import Any, TypeVar

import msgspec

from roamgrid.sandbox.cpo.authorization import new_token
from roamgrid.sandbox.cpo.connections import Connection, Connections
from roamgrid.sandbox.cpo.network import Network
from roamgrid.sandbox.cpo.peer import Peer, Unreachable
from roamgrid.sandbox.cpo.wire import OcpiError

Json = dict[str, Any]
T = TypeVar("T")
VERSION = "2.2.1"
REQUIRED = (("sessions", "RECEIVER"), ("cdrs", "RECEIVER"))


class _Version(msgspec.Struct):
    version: str
    url: str


class _Endpoint(msgspec.Struct):
    identifier: str
    role: str
    url: str


class _Details(msgspec.Struct):
    endpoints: list[_Endpoint]


class Role(msgspec.Struct):
    role: str
    country_code: str
    party_id: str
    business_details: Json = msgspec.field(default_factory=dict)


class Credentials(msgspec.Struct):
    """What peers exchange; `url` is their versions endpoint."""

    token: str
    url: str
    roles: list[Role]


class Handshake:
    """Registers peers: we accept their credentials, or we take up their invitation."""

    def __init__(self, base_url: str, network: Network, connections: Connections, peer: Peer) -> None:
        self._base_url = base_url
        self._network = network
        self._connections = connections
        self._peer = peer

    def credentials(self, token: str) -> Json:
        """Ours: one CPO role for every party of the network."""
        roles = [
            {
                "role": "CPO",
                "country_code": party.country_code,
                "party_id": party.party_id,
                "business_details": {"name": party.name[:100]},
            }
            for party in self._network.parties
        ]
        return {"token": token, "url": f"{self._base_url}/ocpi/versions", "roles": roles}

    async def accept(self, invitation: str, theirs: Credentials) -> Json:
        """A peer with our token A introduces itself; our answer carries token C. Raises OcpiError 3001, 3002, 3003."""
        endpoints = await self._endpoints(theirs.url, theirs.token)
        if invitation not in self._connections.invitations:
            raise OcpiError(2000, "this invitation has just been used", http=405)
        self._connections.invitations.discard(invitation)
        connection = self._connect(theirs, endpoints, our_token=new_token())
        return self.credentials(connection.our_token)

    async def renew(self, connection: Connection, theirs: Credentials) -> Json:
        """A registered peer changed its token, URL or roles; it gets a new token from us. Raises as `accept`."""
        connection.endpoints = await self._endpoints(theirs.url, theirs.token)
        connection.their_token, connection.versions_url = theirs.token, theirs.url
        connection.roles = msgspec.to_builtins(theirs.roles)
        self._connections.rekey(connection, new_token())
        return self.credentials(connection.our_token)

    async def register(self, versions_url: str, token_a: str) -> Connection:
        """Take up a peer's invitation. Raises OcpiError when the peer refuses or lacks what is needed."""
        endpoints = await self._endpoints(versions_url, token_a)
        url = next((url for (module, _), url in endpoints.items() if module == "credentials"), None)
        if url is None:
            raise OcpiError(3003, "the peer lists no credentials endpoint")
        our_token = new_token()
        waiting = self._connections.add(
            our_token=our_token, their_token=token_a, versions_url=versions_url, roles=[], endpoints=endpoints
        )
        try:
            answer = await self._peer.call("POST", url, token=token_a, body=self.credentials(our_token))
            if not answer.acknowledged:
                raise OcpiError(answer.code or 3000, f"the peer refused our credentials: {answer.message}")
            theirs = msgspec.convert(answer.data, Credentials)
        except (Unreachable, OcpiError, msgspec.ValidationError):
            self._connections.remove(waiting)
            raise
        waiting.their_token, waiting.versions_url = theirs.token, theirs.url
        waiting.roles = msgspec.to_builtins(theirs.roles)
        return waiting

    def _connect(self, theirs: Credentials, endpoints: dict[tuple[str, str], str], *, our_token: str) -> Connection:
        return self._connections.add(
            our_token=our_token,
            their_token=theirs.token,
            versions_url=theirs.url,
            roles=msgspec.to_builtins(theirs.roles),
            endpoints=endpoints,
        )

    async def _endpoints(self, versions_url: str, token: str) -> dict[tuple[str, str], str]:
        versions = await self._fetch(versions_url, token, list[_Version])
        details_url = next((item.url for item in versions if item.version == VERSION), None)
        if details_url is None:
            raise OcpiError(3002, f"the peer does not offer {VERSION}")
        details = await self._fetch(details_url, token, _Details)
        endpoints = {(item.identifier, item.role): item.url for item in details.endpoints}
        if missing := [f"{module} {role}" for module, role in REQUIRED if (module, role) not in endpoints]:
            raise OcpiError(3003, f"missing endpoints: {', '.join(missing)}")
        return endpoints

    async def _fetch(self, url: str, token: str, as_type: type[T]) -> T:
        try:
            answer = await self._peer.call("GET", url, token=token)
            if not answer.acknowledged:
                raise OcpiError(3001, f"GET {url} answered HTTP {answer.http}, status_code {answer.code}")
            return msgspec.convert(answer.data, as_type)
        except (Unreachable, msgspec.ValidationError) as error:
            raise OcpiError(3001, str(error)) from error
