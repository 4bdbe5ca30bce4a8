"""The peers that a counterparty is connected to, each known by its token."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from roamgrid.sandbox.ocpi.authorization import new_token
from roamgrid.sandbox.ocpi.shapes.shape import Endpoint, Owner, Shape

Json = dict[str, Any]


@dataclass(slots=True)
class Connection:
    """One registered peer. `our_token` is what it presents to us, `their_token` what we present to it.

    `party` is the only party of ours that the connection speaks for; None: all of them.
    """

    id: str
    our_token: str
    their_token: str
    versions_url: str
    shape: Shape
    roles: list[Json]
    endpoints: dict[Endpoint, str]
    party: Owner | None = None
    hub_party_id: str | None = None
    tokens: dict[tuple[str, ...], Json] = field(default_factory=dict)

    def endpoint(self, module: str, role: str) -> str | None:
        """The peer's URL of a module in a role (SENDER or RECEIVER)."""
        return self.endpoints.get((module, role))

    def owns(self, country_code: str, party_id: str) -> bool:
        """Whether this peer answers for the party."""
        wanted = (country_code.casefold(), party_id.casefold())
        return any((role["country_code"].casefold(), role["party_id"].casefold()) == wanted for role in self.roles)

    @property
    def first_party(self) -> Owner:
        return (self.roles[0]["country_code"], self.roles[0]["party_id"])


def token_key(country_code: str, party_id: str, uid: str, kind: str) -> tuple[str, ...]:
    """The identity of an OCPI Token; all of it is case-insensitive."""
    return tuple(part.casefold() for part in (country_code, party_id, uid, kind))


class Connections:
    """Peers by token, and the invitations that nobody took up yet (token A), each with the party it is for."""

    def __init__(self) -> None:
        self._by_token: dict[str, Connection] = {}
        self.invitations: dict[str, Owner | None] = {}

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._by_token.values())

    def registered(self) -> list[Connection]:
        """Peers whose handshake is complete."""
        return [connection for connection in self if connection.roles]

    def invite(self, party: Owner | None = None) -> str:
        """Issue a token A."""
        token = new_token()
        self.invitations[token] = party
        return token

    def add(
        self,
        *,
        our_token: str,
        their_token: str,
        versions_url: str,
        shape: Shape,
        endpoints: dict[Endpoint, str],
        party: Owner | None,
    ) -> Connection:
        """A connection without roles yet: the peer has not introduced itself."""
        connection = Connection(str(uuid4()), our_token, their_token, versions_url, shape, [], endpoints, party)
        self._by_token[our_token] = connection
        return connection

    def by_token(self, token: str) -> Connection | None:
        return self._by_token.get(token)

    def by_id(self, connection_id: str) -> Connection | None:
        return next((item for item in self if item.id == connection_id), None)

    def rekey(self, connection: Connection, our_token: str) -> None:
        """From now on only the new token opens the door."""
        del self._by_token[connection.our_token]
        connection.our_token = our_token
        self._by_token[our_token] = connection

    def remove(self, connection: Connection) -> None:
        self._by_token.pop(connection.our_token, None)
