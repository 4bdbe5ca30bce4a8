"""Connections to a partner, and what the tables say afterwards."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from roamgrid.canonical.party import Party, PartyId, Role, SourceId
from roamgrid.kernel.crypto import Vault, random_token
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus, Direction, Endpoint
from roamgrid.ocpi.connections.store import Connections, PartnerSide
from roamgrid.tenancy.context import Binding, TenantContext, TenantSlug
from roamgrid.tenancy.database import Database
from tests.ocpi.outbound.partner import FakePartner

GREENFIELD = Party(PartyId("NL", "GRF"), Role.CPO, "Greenfield")
SENDERS = ("locations", "tariffs", "sessions", "cdrs")
RECEIVERS = ("tokens", "commands")
NOBODY = TenantContext(Binding(TenantSlug("nobody"), "t_nobody", "nobody"))
"""For clients whose exchanges nobody counts."""


@dataclass(frozen=True, slots=True)
class Link:
    """One brand's connection to a partner."""

    database: Database
    ctx: TenantContext
    connections: Connections
    connection: Connection

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        """What the brand's tables hold."""
        async with self.database.work(self.ctx) as work:
            return await (await work.conn.execute(statement)).fetchall()

    async def deviations(self) -> dict[tuple[str, str, str], int]:
        """How often, by module, code and field."""
        rows = await self.rows("select module, code, field, count from ocpi_deviation")
        return {(row["module"], row["code"], row["field"]): row["count"] for row in rows}


async def connected(
    database: Database,
    ctx: TenantContext,
    partner: FakePartner,
    *,
    dialect: str = "default",
    roles: tuple[Party, ...] = (GREENFIELD,),
    modules: tuple[str, ...] = SENDERS + RECEIVERS,
) -> Link:
    """A registered connection; the partner's token is `their-token`."""
    connections = Connections(Vault(b"0" * 32))
    async with database.work(ctx) as work:
        added = await connections.add(
            work, name="Greenfield", direction=Direction.WE_REGISTER, our_token=random_token(), version="2.2.1", dialect=dialect
        )
        side = PartnerSide("their-token", "https://cpo.test/versions", "2.2.1", endpoints_of(partner, modules), roles)
        connection = await connections.register(work, added.id, side, our_token=random_token())
    return Link(database, ctx, connections, connection)


def stranger(partner: FakePartner) -> Connection:
    """A registered connection that no database knows: for what needs an address and a token only."""
    return Connection(
        id=SourceId(UUID(int=0xC0DE)),
        name="Greenfield",
        status=ConnectionStatus.REGISTERED,
        direction=Direction.WE_REGISTER,
        version="2.2.1",
        dialect="default",
        their_token="their-token",
        their_versions_url=f"{partner.url}/versions",
        endpoints=endpoints_of(partner),
        roles=(GREENFIELD,),
    )


def endpoints_of(partner: FakePartner, modules: tuple[str, ...] = SENDERS + RECEIVERS) -> tuple[Endpoint, ...]:
    """What an operator offers to a service provider."""
    return tuple(Endpoint(name, "SENDER" if name in SENDERS else "RECEIVER", f"{partner.url}/{name}") for name in modules)
