"""Commands to operators: `core.commands.ports.CommandGateway` over OCPI (OCPI 2.2.1, Commands module, Receiver interface)."""

from dataclasses import dataclass, replace
from typing import Any

from roamgrid.canonical.command import (
    CancelReservation,
    Command,
    CommandReply,
    CommandResponse,
    ReserveNow,
    StartSession,
    StopSession,
    UnlockConnector,
)
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.commands.errors import CommandNotSpoken, PartnerUnavailable
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter, NotSpoken
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.outbound.clients import PartnerClients
from roamgrid.ocpi.outbound.deferred import Deferred
from roamgrid.ocpi.outbound.errors import PartnerRefused
from roamgrid.ocpi.speech import Document, Loss, ObjectKind, Unsayable
from roamgrid.ocpi.values import Asked
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory

MODULE = "commands"
KINDS: dict[type[Command], ObjectKind[Any]] = {
    StartSession: kinds.START_SESSION,
    StopSession: kinds.STOP_SESSION,
    ReserveNow: kinds.RESERVE_NOW,
    CancelReservation: kinds.CANCEL_RESERVATION,
    UnlockConnector: kinds.UNLOCK_CONNECTOR,
}
_REFERENCE = "/authorization_reference"


@dataclass(frozen=True, slots=True)
class OcpiCommandGateway:
    """`base_url`: how partners reach us. `timeout_s`: after how many seconds a partner that does not answer counts as down."""

    database: Database
    connections: Connections
    clients: PartnerClients
    directory: Directory
    base_url: str
    timeout_s: float

    @property
    def deferred(self) -> Deferred:
        return Deferred(self.database, self.connections, self.clients, self.directory, self.base_url)

    async def start(self, ctx: TenantContext, source: SourceId, command: StartSession) -> CommandReply:
        """Raises `PartnerUnavailable`.

        A version that cannot say the reference gets it as the token's contract, which is all that its session and its CDR
        name of the token (2.1.1).
        """
        return await self._send(ctx, source, command, command.token.party, contract_stands_in=True)

    async def stop(self, ctx: TenantContext, source: SourceId, command: StopSession) -> CommandReply:
        """Raises `PartnerUnavailable`."""
        return await self._send(ctx, source, command, await self.deferred.sender(ctx))

    async def send(self, ctx: TenantContext, source: SourceId, command: Command) -> CommandReply:
        """Any command just as it is, also one that a partner of ours wants of our own stations.

        Raises `PartnerUnavailable`, or `CommandNotSpoken`.
        """
        token = command.token if isinstance(command, StartSession | ReserveNow) else None
        return await self._send(ctx, source, command, await self.deferred.sender(ctx, token))

    async def _send(
        self,
        ctx: TenantContext,
        source: SourceId,
        command: Command,
        sender: PartyId,
        *,
        contract_stands_in: bool = False,
    ) -> CommandReply:
        connection, adapter = await self.deferred.reach(ctx, source, command.operator)
        endpoint = self.deferred.endpoint(connection, MODULE)
        kind = KINDS[type(command)]
        url = self.deferred.response_url(ctx, adapter, MODULE, kind.name, command.command_id)
        body, losses = _written(adapter, kind, command, url, contract_stands_in=contract_stands_in)
        try:
            answer = await self.deferred.call(
                ctx, connection, adapter, "POST", endpoint, (kind.name,), body, sender, command.operator, self.timeout_s
            )
            read = adapter.read(kinds.COMMAND_RESPONSE, answer.data or b"null")
        except PartnerRefused as error:
            return CommandReply(CommandResponse.REJECTED, timeout_s=0, message=error.message)
        except Refused as problem:
            told = f"{connection.name} gave no answer to the command that we understand: {problem.message}"
            raise PartnerUnavailable(told) from None
        await self.deferred.note(ctx, connection, MODULE, (*read.deviations, *losses))
        return read.value


def _written(
    adapter: Adapter, kind: ObjectKind[Any], command: Command, url: str, *, contract_stands_in: bool
) -> tuple[Document, list[Deviation]]:
    try:
        written = adapter.write(kind, Asked(command, url))
        if contract_stands_in and isinstance(command, StartSession) and _unsaid(written.losses):
            command = replace(command, token=replace(command.token, contract_id=command.authorization_reference or ""))
            written = adapter.write(kind, Asked(command, url))
    except (NotSpoken, Unsayable) as error:
        raise CommandNotSpoken(error.message) from error
    said = [loss for loss in written.losses if loss.field != _REFERENCE or not contract_stands_in]
    return written.document, [Deviation(Code.NOT_SAYABLE, loss.field, loss.example) for loss in said]


def _unsaid(losses: tuple[Loss, ...]) -> bool:
    return any(loss.field == _REFERENCE for loss in losses)
