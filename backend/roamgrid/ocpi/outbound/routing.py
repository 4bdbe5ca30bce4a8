"""Who asks whom: the routing headers of functional modules (OCPI 2.2.1, Message Routing)."""

from dataclasses import dataclass

from roamgrid.canonical.party import PartyId, Role
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.dialects.dialect import dialect
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.directory import Directory

UNROUTED = frozenset({"versions", "credentials", "hubclientinfo"})
"""Between two platforms, whoever stands behind them: these modules carry no routing headers."""


@dataclass(frozen=True, slots=True)
class Route:
    """One exchange between two parties; `receiver` None: the hub decides (open routing).

    Owners in addresses and objects stay as they are, whatever stands here.
    """

    sender: PartyId
    receiver: PartyId | None

    def headers(self) -> dict[str, str]:
        said = {"OCPI-from-country-code": self.sender.country_code, "OCPI-from-party-id": self.sender.party_id}
        if self.receiver is None:
            return said
        return said | {"OCPI-to-country-code": self.receiver.country_code, "OCPI-to-party-id": self.receiver.party_id}


def route_to(connection: Connection, sender: PartyId, receiver: PartyId | None = None) -> Route | None:
    """To a party, directly or over the hub. Without a receiver: to everybody behind the connection, which is the hub itself
    (a push to all of its parties, a list of all of their objects), or else its only party.

    None where the version or the dialect has no such headers, or where nobody in particular is addressed.
    """
    if not dialect(connection.dialect, connection.version).send_routing_headers:
        return None
    addressee = receiver or _hub(connection) or connection.only_party
    return Route(sender, addressee) if addressee is not None else None


def open_route(connection: Connection, sender: PartyId) -> Route | None:
    """To whomever the hub finds right: for requests about one object whose operator we do not know, never for lists.

    None where there is no hub to decide, or no such headers.
    """
    spoken = dialect(connection.dialect, connection.version).send_routing_headers
    return Route(sender, None) if spoken and _hub(connection) is not None else None


def _hub(connection: Connection) -> PartyId | None:
    """Connections from before hubs were told apart have it among their roles only."""
    return connection.hub or next((party.id for party in connection.roles if party.role is Role.HUB), None)


async def our_party(directory: Directory, ctx: TenantContext) -> PartyId:
    """The party under which the brand speaks when nothing else says so: the first it declares."""
    declared = (await directory.by_slug(ctx.tenant)).declaration.parties[0]
    return PartyId.of(declared.country_code, declared.party_id)
