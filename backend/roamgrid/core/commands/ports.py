"""What the command room needs from the outside: a way to reach an operator."""

from typing import Protocol

from roamgrid.canonical.command import (
    CancelReservation,
    CommandReply,
    ReserveNow,
    StartSession,
    StopSession,
    UnlockConnector,
)
from roamgrid.canonical.party import SourceId
from roamgrid.tenancy.context import TenantContext


class CommandGateway(Protocol):
    """Sends commands over whatever the source speaks. All raise `PartnerUnavailable`."""

    async def start(self, ctx: TenantContext, source: SourceId, command: StartSession) -> CommandReply: ...

    async def stop(self, ctx: TenantContext, source: SourceId, command: StopSession) -> CommandReply: ...

    async def send(
        self, ctx: TenantContext, source: SourceId, command: ReserveNow | CancelReservation | UnlockConnector
    ) -> CommandReply:
        """Raises `CommandNotSpoken` besides, where the source's protocol has no such command."""
        ...
