"""Commands to operators: `core.commands.ports.CommandGateway` over OCPI (OCPI 2.2.1, Commands module, Receiver interface)."""

from dataclasses import dataclass
from uuid import UUID

from roamgrid.canonical.command import CommandReply, CommandResponse, StartSession, StopSession
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import Connection, InterfaceRole
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.outbound.clients import PartnerClients, require_traffic
from roamgrid.ocpi.outbound.errors import PartnerRefused
from roamgrid.ocpi.outbound.routing import our_party, route_to
from roamgrid.ocpi.values import Asked
from roamgrid.ocpi.wire.common.deviations import Read, Refused
from roamgrid.ocpi.wire.common.links import join
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory

MODULE = "commands"
_NOT_FOR_US = frozenset({401, 403, 404, 405})
"""Without an OCPI answer these mean that the endpoint or our token is gone, not that the command is wrong."""


@dataclass(frozen=True, slots=True)
class OcpiCommandGateway:
    """`base_url`: how partners reach us. `timeout_s`: after how many seconds a partner that does not answer counts as down."""

    database: Database
    connections: Connections
    clients: PartnerClients
    directory: Directory
    base_url: str
    timeout_s: float

    async def start(self, ctx: TenantContext, source: SourceId, command: StartSession) -> CommandReply:
        """Raises `PartnerUnavailable`."""
        connection, adapter = await self._connection(ctx, source)
        body = adapter.write(
            kinds.START_SESSION, Asked(command, self._response_url(ctx, adapter, "START_SESSION", command.command_id))
        ).document
        return await self._send(ctx, connection, adapter, "START_SESSION", body, command.token.party, command.operator)

    async def stop(self, ctx: TenantContext, source: SourceId, command: StopSession) -> CommandReply:
        """Raises `PartnerUnavailable`."""
        connection, adapter = await self._connection(ctx, source)
        body = adapter.write(
            kinds.STOP_SESSION, Asked(command, self._response_url(ctx, adapter, "STOP_SESSION", command.command_id))
        ).document
        sender = await our_party(self.directory, ctx)
        return await self._send(ctx, connection, adapter, "STOP_SESSION", body, sender, command.operator)

    async def _connection(self, ctx: TenantContext, source: SourceId) -> tuple[Connection, Adapter]:
        async with self.database.work(ctx) as work:
            connection = await self.connections.get(work, source)
        require_traffic(connection)
        return connection, adapter_for(connection.version, connection.dialect)

    async def _send(
        self,
        ctx: TenantContext,
        connection: Connection,
        adapter: Adapter,
        name: str,
        body: dict[str, object],
        sender: PartyId,
        receiver: PartyId,
    ) -> CommandReply:
        endpoint = connection.endpoint(MODULE, InterfaceRole.RECEIVER)
        if endpoint is None:
            raise PartnerUnavailable(f"{connection.name} takes no commands")
        try:
            answer = await self.clients.of(connection).send(
                "POST",
                join(endpoint, name, trailing_slash=adapter.dialect.trailing_slash),
                body,
                route=route_to(connection, sender, receiver),
                correlation_id=ctx.correlation_id,
                timeout_s=self.timeout_s,
            )
            read = adapter.read(kinds.COMMAND_RESPONSE, answer.data or b"null")
        except PartnerRefused as error:
            return _rejected(error)
        except Refused as problem:
            raise PartnerUnavailable(
                f"{connection.name} gave no answer to the command that we understand: {problem.message}"
            ) from None
        await self._note(ctx, connection, read)
        return read.value

    async def _note(self, ctx: TenantContext, connection: Connection, read: Read[CommandReply]) -> None:
        if read.deviations:
            async with self.database.work(ctx) as work:
                await deviations.record(work, connection.id, MODULE, read.deviations)

    def _response_url(self, ctx: TenantContext, adapter: Adapter, name: str, command: UUID) -> str:
        """Unique per command: the answer that comes there carries no id of its own."""
        return f"{self.base_url}/ocpi/{ctx.tenant}/{adapter.version}/commands/{name}/{command}"


def _rejected(error: PartnerRefused) -> CommandReply:
    """An OCPI refusal (unknown location, invalid parameters) is the operator's no; anything else is no answer."""
    if error.status_code is None and error.http in _NOT_FOR_US:
        raise PartnerUnavailable(error.message) from error
    return CommandReply(CommandResponse.REJECTED, timeout_s=0, message=error.message)
