"""A brand's connection to a hub."""

from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.kernel.crypto import Vault, random_token
from roamgrid.ocpi.connections.model import Connection, Direction, Endpoint
from roamgrid.ocpi.connections.store import Connections, PartnerSide
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.ocpi.outbound.partner import FakePartner

HUB = PartyId("NL", "HUB")
GREENFIELD = PartyId("NL", "GRF")
CONNECTIONS = Connections(Vault(b"0" * 32))


async def hub_of(
    database: Database, ctx: TenantContext, platform: FakePartner, *roles: Party, version: str = "2.2.1"
) -> Connection:
    """Registered: in 2.2.1 a hub reports its own role only, in 2.3.0 the parties behind it."""
    endpoints = (
        Endpoint("hubclientinfo", "SENDER", f"{platform.url}/hubclientinfo"),
        Endpoint("locations", "SENDER", f"{platform.url}/locations"),
        Endpoint("commands", "RECEIVER", f"{platform.url}/commands"),
        Endpoint("tokens", "RECEIVER", f"{platform.url}/tokens"),
    )
    side = PartnerSide(
        "their-token", f"{platform.url}/versions", version, endpoints, roles or (Party(HUB, Role.HUB, "The Hub"),), HUB
    )
    async with database.work(ctx) as work:
        added = await CONNECTIONS.add(
            work, name="The Hub", direction=Direction.WE_REGISTER, our_token=random_token(), version=version, dialect="default"
        )
        return await CONNECTIONS.register(work, added.id, side, our_token=random_token())
