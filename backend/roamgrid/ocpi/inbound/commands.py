"""Results of commands (OCPI 2.2.1, Commands module, Sender interface): POST to the `response_url` we gave.

The specification's body is a bare CommandResult; strings and envelopes occur (issue 437), and the adapter reads them all.
"""

from dataclasses import dataclass
from uuid import UUID

from roamgrid.core.commands import service as commands
from roamgrid.core.commands.states import CommandKind
from roamgrid.core.operator import demands
from roamgrid.core.operator.demands import CommandWord
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.request import Call
from roamgrid.tenancy.database import Database

NAME = "commands"


@dataclass(frozen=True, slots=True)
class CommandResults:
    """`/{COMMAND}/{command_id}`."""

    database: Database

    def module(self) -> Module:
        return Module(NAME, InterfaceRole.SENDER, {("POST", 2): self.post}, needs=kinds.COMMAND_RESULT)

    async def post(self, call: Call) -> Answer:
        """Repeats change nothing. A command that this partner never got is unknown to it. The answer to what a partner of ours
        asked of our own station is told to that partner then.
        """
        command = _command_id(call.rest[0], call.rest[1])
        read = call.adapter.read(kinds.COMMAND_RESULT, call.json())
        async with self.database.work(call.ctx) as work:
            said = (read.value.result, read.value.message)
            known = await commands.result(work, call.connection.id, command, *said) or await demands.outcome(
                work, call.connection.id, command, CommandWord(*said)
            )
            await deviations.record(work, call.connection.id, NAME, read.deviations)
        if not known:
            raise not_found(f"command {command}")
        return ok()


def _command_id(kind: str, text: str) -> UUID:
    try:
        CommandKind(kind.upper())
        return UUID(text)
    except ValueError:
        raise not_found(f"command {kind}/{text}") from None
