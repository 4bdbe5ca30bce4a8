"""Who asks whom: the routing headers of functional modules (OCPI 2.2.1, Message Routing)."""

from dataclasses import dataclass

from roamgrid.canonical.party import PartyId, Role
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.dialects.dialect import dialect
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.directory import Directory


@dataclass(frozen=True, slots=True)
class Route:
    """One exchange between two parties. Owners in addresses and objects stay as they are, whatever stands here."""

    sender: PartyId
    receiver: PartyId

    def headers(self) -> dict[str, str]:
        return {
            "OCPI-from-country-code": self.sender.country_code,
            "OCPI-from-party-id": self.sender.party_id,
            "OCPI-to-country-code": self.receiver.country_code,
            "OCPI-to-party-id": self.receiver.party_id,
        }


def route_to(connection: Connection, sender: PartyId, receiver: PartyId | None = None) -> Route | None:
    """Without a receiver: the hub, or the only party behind the connection.

    None where the dialect forbids the headers, or where nobody in particular is addressed (a list of many parties' objects).
    """
    if not dialect(connection.dialect, connection.version).send_routing_headers:
        return None
    if receiver is None:
        hubs = {party.id for party in connection.roles if party.role is Role.HUB}
        addressees = hubs or {party.id for party in connection.roles}
        if len(addressees) != 1:
            return None
        (receiver,) = addressees
    return Route(sender, receiver)


async def our_party(directory: Directory, ctx: TenantContext) -> PartyId:
    """The party under which the brand speaks when nothing else says so: the first it declares."""
    declared = (await directory.by_slug(ctx.tenant)).declaration.parties[0]
    return PartyId.of(declared.country_code, declared.party_id)
