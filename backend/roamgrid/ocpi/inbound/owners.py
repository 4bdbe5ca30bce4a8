"""Parties behind a hub: whose objects a connection brought without having registered them (OCPI 2.2.1, Message Routing)."""

from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.core.parties import service as parties
from roamgrid.ocpi.connections.model import Connection
from roamgrid.tenancy.database import Work


async def remember_owner(work: Work, connection: Connection, owner: PartyId) -> None:
    """Whoever pushes locations, tariffs, sessions or CDRs is an operator; its name is unknown until a hub tells it."""
    if not connection.speaks_for(owner):
        await parties.notice(work, connection.id, behind(owner))


def behind(owner: PartyId) -> Party:
    """The operator as far as its objects tell."""
    return Party(owner, Role.CPO, str(owner))
