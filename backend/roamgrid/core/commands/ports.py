"""What the command room needs from the outside: a way to reach an operator."""

from typing import Protocol

from roamgrid.canonical.command import CommandReply, StartSession, StopSession
from roamgrid.canonical.party import SourceId
from roamgrid.tenancy.context import TenantContext


class CommandGateway(Protocol):
    """Sends commands over whatever the source speaks. Both raise `PartnerUnavailable`."""

    async def start(self, ctx: TenantContext, source: SourceId, command: StartSession) -> CommandReply: ...

    async def stop(self, ctx: TenantContext, source: SourceId, command: StopSession) -> CommandReply: ...
