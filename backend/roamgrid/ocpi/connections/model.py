"""A connection: one partner platform, as the credentials handshake left it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from roamgrid.canonical.party import Party, PartyId, SourceId
from roamgrid.kernel.errors import Conflict, NotFound


class ConnectionStatus(StrEnum):
    """INVITED: the handshake is not complete. SUSPENDED: we paused it. UNREGISTERED: one side ended it, for good."""

    INVITED = "invited"
    REGISTERED = "registered"
    SUSPENDED = "suspended"
    UNREGISTERED = "unregistered"


class Direction(StrEnum):
    """Who began the handshake. THEY_REGISTER: we gave them a token A. WE_REGISTER: they gave us one."""

    THEY_REGISTER = "they_register"
    WE_REGISTER = "we_register"


class Side(StrEnum):
    """One half of roaming: EMSP serves the drivers, CPO operates the stations."""

    EMSP = "EMSP"
    CPO = "CPO"

    @property
    def other(self) -> "Side":
        return Side.CPO if self is Side.EMSP else Side.EMSP


class AsRole(StrEnum):
    """As what we face a partner; decides the roles that we register and the modules that it finds here."""

    EMSP = "EMSP"
    CPO = "CPO"
    BOTH = "BOTH"

    @property
    def sides(self) -> tuple[Side, ...]:
        return (Side.EMSP, Side.CPO) if self is AsRole.BOTH else (Side(self.value),)

    def faces(self, side: Side) -> bool:
        return side in self.sides


class InterfaceRole(StrEnum):
    """Which half of a module an endpoint serves (OCPI 2.2.1, Version details endpoint)."""

    SENDER = "SENDER"
    RECEIVER = "RECEIVER"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of a partner's version details. `module` is lower case: identifiers compare without case."""

    module: str
    role: str
    url: str


@dataclass(frozen=True, slots=True)
class Connection:
    """One partner platform. `their_token` opens their API; the token that opens ours is stored as a digest only.

    `pinned`: the version was chosen by us and no handshake changes it. `hub`: the partner is a hub and passes on what other
    parties say. `back_end`: it runs our own stations and may speak for our parties.
    """

    id: SourceId
    name: str
    status: ConnectionStatus
    direction: Direction
    version: str
    dialect: str
    their_token: str | None = field(repr=False)
    their_versions_url: str | None
    endpoints: tuple[Endpoint, ...]
    roles: tuple[Party, ...]
    last_contact_at: datetime | None = None
    as_role: AsRole = AsRole.EMSP
    pinned: bool = False
    hub: PartyId | None = None
    back_end: bool = False

    def endpoint(self, module: str, role: str) -> str | None:
        """Where the partner serves a module in a role; None when it does not."""
        wanted = module.casefold()
        return next((item.url for item in self.endpoints if item.module == wanted and item.role == role), None)

    @property
    def only_party(self) -> PartyId | None:
        """The party whose objects come from there when the objects do not say (2.1.1); None when there are several."""
        parties = {role.id for role in self.roles}
        return parties.pop() if len(parties) == 1 else None

    def speaks_for(self, party: PartyId) -> bool:
        """Whether the partner registered that party, in whatever role."""
        return any(role.id == party for role in self.roles)

    def may_own(self, party: PartyId) -> bool:
        """Whether objects of that party may come from there: its own, and through a hub anybody's behind it."""
        return self.hub is not None or self.speaks_for(party)


class UnknownConnection(NotFound):
    """The tenant has no such partner connection."""

    code = "UNKNOWN_CONNECTION"
    hint = "List the connections with `roamgrid partner list --tenant <tenant>`."


class ConnectionStateError(Conflict):
    """The connection's state forbids this step of the handshake."""

    code = "CONNECTION_STATE"
    hint = "See the connection's status with `roamgrid partner list`; an ended connection is registered anew by an invitation."
