"""Requests whose outcome is posted to an address of ours later: commands and charging profiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Token
from roamgrid.core.commands.errors import PartnerNotReached
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import Connection, InterfaceRole
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.handshake.addresses import endpoint_url
from roamgrid.ocpi.outbound.answer import Answer
from roamgrid.ocpi.outbound.clients import PartnerClients, require_traffic
from roamgrid.ocpi.outbound.errors import PartnerRefused
from roamgrid.ocpi.outbound.hubs import require_connected
from roamgrid.ocpi.outbound.routing import route_to
from roamgrid.ocpi.speech import Document
from roamgrid.ocpi.wire.common.deviations import Deviation
from roamgrid.ocpi.wire.common.links import join
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory

_NOT_FOR_US = frozenset({401, 403, 404, 405})
"""Without an OCPI answer these mean that the endpoint or our token is gone, not that the request is wrong."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """What all such requests have in common. `base_url`: how partners reach us."""

    database: Database
    connections: Connections
    clients: PartnerClients
    directory: Directory
    base_url: str

    async def reach(self, ctx: TenantContext, source: SourceId, operator: PartyId | None) -> tuple[Connection, Adapter]:
        """`operator`: whom it is for behind a hub. Raises `PartnerNotReached` when nothing can be sent there now."""
        async with self.database.work(ctx) as work:
            connection = await self.connections.get(work, source)
            if operator is not None:
                await require_connected(work, connection, operator)
        require_traffic(connection)
        return connection, adapter_for(connection.version, connection.dialect)

    def endpoint(self, connection: Connection, module: str, role: InterfaceRole = InterfaceRole.RECEIVER) -> str:
        """Raises `PartnerNotReached` when the partner does not offer the module."""
        endpoint = connection.endpoint(module, role)
        if endpoint is None:
            raise PartnerNotReached(f"{connection.name} takes no {module}")
        return endpoint

    def response_url(self, ctx: TenantContext, adapter: Adapter, module: str, kind: str, request: UUID) -> str:
        """Unique per request: the answer that comes there carries no id of its own."""
        return f"{endpoint_url(self.base_url, ctx.tenant, adapter.version, module)}/{kind}/{request}"

    async def sender(self, ctx: TenantContext, token: Token | None = None) -> PartyId:
        """The party of ours that asks: the token's, unless it is a roaming partner's."""
        declared = (await self.directory.by_slug(ctx.tenant)).declaration.parties
        ours = [PartyId.of(party.country_code, party.party_id) for party in declared]
        return token.party if token is not None and token.party in ours else ours[0]

    async def call(
        self,
        ctx: TenantContext,
        connection: Connection,
        adapter: Adapter,
        method: str,
        endpoint: str,
        segments: Sequence[str],
        body: Document | None,
        sender: PartyId,
        receiver: PartyId,
        timeout_s: float,
        query: str = "",
    ) -> Answer:
        """One exchange, never repeated. Raises `PartnerUnavailable`, or `PartnerRefused` for an OCPI refusal."""
        url = join(endpoint, *segments, trailing_slash=adapter.dialect.trailing_slash) + query
        try:
            return await self.clients.of(connection, ctx).send(
                method,
                url,
                body,
                route=route_to(connection, sender, receiver),
                correlation_id=ctx.correlation_id,
                timeout_s=timeout_s,
            )
        except PartnerRefused as error:
            if error.status_code is None and error.http in _NOT_FOR_US:
                raise PartnerNotReached(error.message) from error
            raise

    async def note(self, ctx: TenantContext, connection: Connection, module: str, found: Sequence[Deviation]) -> None:
        """Count what was odd."""
        if found:
            async with self.database.work(ctx) as work:
                await deviations.record(work, connection.id, module, found)
