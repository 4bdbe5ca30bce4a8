"""Tokens to operators: `core.tokens.ports.TokenSink` over OCPI (OCPI 2.2.1, Tokens module, Receiver interface)."""

from dataclasses import dataclass
from urllib.parse import quote

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.token import Token
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import ConnectionStatus, InterfaceRole
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.outbound.clients import PartnerClients, require_traffic
from roamgrid.ocpi.outbound.errors import PartnerRefused
from roamgrid.ocpi.outbound.routing import route_to
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.ocpi.wire.common.links import join
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database

MODULE = "tokens"


@dataclass(frozen=True, slots=True)
class OcpiTokenSink:
    """Pushes whole tokens by PUT, which repeats without harm."""

    database: Database
    connections: Connections
    clients: PartnerClients

    async def push(self, ctx: TenantContext, source: SourceId, token: Token) -> None:
        """Nothing happens for a partner that takes no tokens. Raises `PartnerUnavailable`.

        A refusal is counted against the partner: sending the same again would not help.
        """
        async with self.database.work(ctx) as work:
            connection = await self.connections.get(work, source)
        require_traffic(connection)
        endpoint = connection.endpoint(MODULE, InterfaceRole.RECEIVER)
        if endpoint is None:
            return
        adapter = adapter_for(connection.version, connection.dialect)
        segments = (quote(part, safe="") for part in (token.party.country_code, token.party.party_id, token.uid))
        url = join(endpoint, *segments, trailing_slash=adapter.dialect.trailing_slash)
        try:
            await self.clients.of(connection).send(
                "PUT",
                f"{url}?type={token.type.value}",
                adapter.write(kinds.TOKEN, token).document,
                route=route_to(connection, token.party),
                correlation_id=ctx.correlation_id,
            )
        except PartnerRefused as error:
            async with self.database.work(ctx) as work:
                await deviations.record(work, source, MODULE, [Deviation(Code.REFUSED, "/", error.message)])

    async def receivers(self, ctx: TenantContext) -> list[SourceId]:
        """The registered partners that take tokens."""
        async with self.database.work(ctx) as work:
            known = await self.connections.all(work)
        return [
            connection.id
            for connection in known
            if connection.status is ConnectionStatus.REGISTERED and connection.endpoint(MODULE, InterfaceRole.RECEIVER)
        ]
