"""Send commands and follow them: the row is written before the partner is called, and no transaction waits for a partner."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from roamgrid.canonical.command import CommandReply, CommandResponse, CommandResult, StartSession, StopSession
from roamgrid.canonical.party import SourceId
from roamgrid.core.commands import repository
from roamgrid.core.commands.errors import CommandRejected, PartnerUnavailable
from roamgrid.core.commands.models import CommandRow, StartRequest, StopRequest
from roamgrid.core.commands.ports import CommandGateway
from roamgrid.core.commands.states import LISTENING, CommandKind, CommandState
from roamgrid.kernel.errors import DomainError
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work

_GRACE = timedelta(seconds=5)
"""A result may cross the deadline on its way."""
_PLUG_IN = timedelta(minutes=5)
"""How long a driver may take to plug in before the start counts as stale."""


@dataclass(frozen=True, slots=True)
class CommandService:
    """`result_timeout`: how long to await a station's result when the partner names no time of its own."""

    database: Database
    gateway: CommandGateway
    result_timeout: timedelta = timedelta(seconds=120)

    async def start(self, ctx: TenantContext, request: StartRequest) -> CommandRow:
        """Ask an operator to start a charge. Raises `PartnerUnavailable` or `CommandRejected`, both recorded first."""
        command_id = new_id()
        await self._record(
            ctx,
            {
                "id": command_id,
                "kind": CommandKind.START_SESSION,
                "source": request.source,
                "country": request.operator.country_code,
                "party": request.operator.party_id,
                "driver": request.driver_id,
                "reference": request.authorization_reference,
                "session": None,
                "location": request.location_id,
                "evse": request.evse_uid,
                "connector": request.connector_id,
                "token": request.token.uid,
            },
        )
        command = StartSession(
            command_id=command_id,
            operator=request.operator,
            token=request.token,
            location_id=request.location_id,
            evse_uid=request.evse_uid,
            connector_id=request.connector_id,
            authorization_reference=request.authorization_reference,
        )
        return await self._send(ctx, command_id, lambda: self.gateway.start(ctx, request.source, command))

    async def stop(self, ctx: TenantContext, request: StopRequest) -> CommandRow:
        """Ask an operator to stop a charge. Raises as `start`."""
        command_id = new_id()
        await self._record(
            ctx,
            {
                "id": command_id,
                "kind": CommandKind.STOP_SESSION,
                "source": request.source,
                "country": request.operator.country_code,
                "party": request.operator.party_id,
                "driver": request.driver_id,
                "reference": request.authorization_reference,
                "session": request.session_id,
                "location": None,
                "evse": None,
                "connector": None,
                "token": None,
            },
        )
        command = StopSession(command_id, request.operator, request.session_id)
        return await self._send(ctx, command_id, lambda: self.gateway.stop(ctx, request.source, command))

    async def _record(self, ctx: TenantContext, params: dict[str, object]) -> None:
        now = ctx.clock.now()
        async with self.database.work(ctx) as work:
            await repository.add(work, {**params, "requested": now, "deadline": now + self.result_timeout})

    async def _send(self, ctx: TenantContext, command_id: UUID, call: Callable[[], Awaitable[CommandReply]]) -> CommandRow:
        """What came true while we waited for the answer outweighs the answer: a lost one after the station's own word, or any
        after the session began, is not told to the driver as a failure.
        """
        try:
            reply = await call()
        except PartnerUnavailable as error:
            return await self._fail(ctx, command_id, error, unless=LISTENING - {CommandState.REQUESTED})
        if reply.response is not CommandResponse.ACCEPTED:
            refusal = CommandRejected(reply.message or f"the operator answered {reply.response}")
            return await self._fail(ctx, command_id, refusal)
        return await self._accept(ctx, command_id, reply)

    async def _accept(self, ctx: TenantContext, command_id: UUID, reply: CommandReply) -> CommandRow:
        wait = timedelta(seconds=reply.timeout_s) if reply.timeout_s > 0 else self.result_timeout
        async with self.database.work(ctx) as work:
            command = await repository.lock(work, command_id)
            assert command is not None, "recorded before it was sent"
            deadline = ctx.clock.now() + wait + _GRACE
            return await repository.move(work, command, CommandState.ACCEPTED, message=reply.message, deadline=deadline)

    async def _fail(
        self, ctx: TenantContext, command_id: UUID, error: DomainError, *, unless: Collection[CommandState] = ()
    ) -> CommandRow:
        """Record a failure and raise it."""
        async with self.database.work(ctx) as work:
            command = await repository.lock(work, command_id)
            assert command is not None, "recorded before it was sent"
            if command.state in LISTENING and command.state not in unless:
                command = await repository.move(work, command, CommandState.FAILED, reason=error.code, message=error.message)
        if command.state is CommandState.FAILED:
            raise error
        return command


async def result(work: Work, source: SourceId, command_id: UUID, outcome: CommandResult, message: str | None) -> bool:
    """The station's answer. Repeats change nothing. False when this source never got such a command from us."""
    command = await repository.lock(work, command_id)
    if command is None or command.source != source:
        return False
    if command.state not in LISTENING:
        return True
    if outcome is CommandResult.ACCEPTED:
        await _accepted(work, command, message)
    elif outcome is CommandResult.TIMEOUT:
        await repository.move(work, command, CommandState.TIMED_OUT, reason=outcome, message=message)
    else:
        await repository.move(work, command, CommandState.FAILED, reason=outcome, message=message)
    return True


async def reap(work: Work) -> list[CommandRow]:
    """Commands that nobody answered in time become TIMED_OUT, and it is said so."""
    late = await repository.overdue(work, work.ctx.clock.now())
    return [
        await repository.move(work, command, CommandState.TIMED_OUT, reason="NO_RESULT", message=_silence(command))
        for command in late
    ]


def _silence(command: CommandRow) -> str:
    if command.state is CommandState.WAITING_FOR_PLUG:
        return "the station was ready, but no charge began in time"
    return "the operator sent no result in time"


async def _accepted(work: Work, command: CommandRow, message: str | None) -> None:
    """A started station waits for the plug until its session says otherwise; a stopped one has only to end the session."""
    if command.kind is CommandKind.START_SESSION:
        deadline = max(command.deadline, work.ctx.clock.now() + _PLUG_IN)
        await repository.move(work, command, CommandState.WAITING_FOR_PLUG, message=message, deadline=deadline)
    else:
        await repository.move(work, command, CommandState.COMPLETED, message=message)
