"""Send commands and follow them: the row is written before the partner is called, and no transaction waits for a partner."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import structlog

from roamgrid.canonical.command import (
    CancelReservation,
    CommandReply,
    CommandResponse,
    CommandResult,
    ReserveNow,
    StopSession,
    UnlockConnector,
)
from roamgrid.canonical.party import SourceId
from roamgrid.core.commands import columns, repository, reservations
from roamgrid.core.commands.errors import (
    CommandNotSpoken,
    CommandRejected,
    PartnerNotReached,
    PartnerUnavailable,
    UnknownReservation,
)
from roamgrid.core.commands.models import CommandRow, ReserveRequest, StartRequest, StopRequest, UnlockRequest
from roamgrid.core.commands.ports import CommandGateway
from roamgrid.core.commands.states import HELD, LISTENING, CommandKind, CommandState
from roamgrid.core.sessions import grants
from roamgrid.kernel.errors import DomainError
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work

log = structlog.get_logger(__name__)

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
        named = {"kind": CommandKind.START_SESSION, "driver": request.driver_id, "reference": request.authorization_reference}
        await self._record(ctx, {**columns.started_at(request), **named, "id": command_id, "session": None})
        return await self._send(ctx, command_id, lambda: self._start(ctx, command_id, request))

    async def stop(self, ctx: TenantContext, request: StopRequest) -> CommandRow:
        """Ask an operator to stop a charge. Raises as `start`."""
        command_id = new_id()
        await self._record(
            ctx,
            {
                "id": command_id,
                "kind": CommandKind.STOP_SESSION,
                **columns.stopped_over(request, request.source),
                "driver": request.driver_id,
                "reference": request.authorization_reference,
                "session": request.session_id,
            },
        )
        return await self._send(ctx, command_id, lambda: self._stop(ctx, command_id, request))

    async def reserve(self, ctx: TenantContext, request: ReserveRequest) -> CommandRow:
        """Ask an operator to keep a charging point free. Raises as `start`.

        The answer's `reservation_id` names the reservation; asked for again it is changed.
        """
        command_id = new_id()
        async with self.database.work(ctx) as work:
            reservation = request.reservation_id or await repository.next_reservation(work)
        await self._record(ctx, {"id": command_id, **columns.reserved_at(request), "reservation": reservation})
        command = ReserveNow(
            command_id=command_id,
            operator=request.operator,
            token=request.token,
            expires=request.expires,
            reservation_id=reservation,
            location_id=request.location_id,
            evse_uid=request.evse_uid,
            authorization_reference=request.authorization_reference,
        )
        return await self._send(ctx, command_id, lambda: self.gateway.send(ctx, request.source, command))

    async def cancel_reservation(self, ctx: TenantContext, reserve: UUID) -> CommandRow:
        """Give back what the command `reserve` reserved. Raises as `start`, `UnknownReservation`, and `CommandNotSpoken`."""
        async with self.database.work(ctx) as work:
            reserved = await repository.get(work, reserve)
        if reserved is None or reserved.reservation_id is None or reserved.state not in LISTENING | HELD:
            raise UnknownReservation(f"command {reserve} holds no reservation")
        command = CancelReservation(new_id(), reserved.operator, reserved.reservation_id)
        await self._record(
            ctx,
            {
                **columns.NOWHERE,
                **columns.channel(reserved.source, reserved.operator),
                "id": command.command_id,
                "kind": CommandKind.CANCEL_RESERVATION,
                "driver": reserved.driver_id,
                "reservation": reserved.reservation_id,
            },
        )
        return await self._send(ctx, command.command_id, lambda: self.gateway.send(ctx, reserved.source, command))

    async def unlock(self, ctx: TenantContext, request: UnlockRequest) -> CommandRow:
        """Ask an operator to let go of a cable: for help desks. Raises as `start`."""
        place = (request.location_id, request.evse_uid, request.connector_id)
        command = UnlockConnector(new_id(), request.operator, *place)
        await self._record(
            ctx,
            {
                **columns.NOWHERE,
                **columns.channel(request.source, request.operator),
                "id": command.command_id,
                "kind": CommandKind.UNLOCK_CONNECTOR,
                **dict(zip(("location", "evse", "connector"), place, strict=True)),
            },
        )
        return await self._send(ctx, command.command_id, lambda: self.gateway.send(ctx, request.source, command))

    async def _start(self, ctx: TenantContext, command_id: UUID, request: StartRequest) -> CommandReply:
        """Over the first channel that gets through. One that may have heard of the command is the last that is asked: the
        charge could start twice.
        """
        for channel, following in pairwise((request, *request.otherwise)):
            try:
                return await self.gateway.start(ctx, channel.source, columns.start_session(command_id, channel))
            except PartnerNotReached as error:
                log.info("command.rerouted", command=str(command_id), to=str(following.source), error=error.message)
                async with self.database.work(ctx) as work:
                    await repository.reroute(work, command_id, columns.started_at(following))
                    await grants.reroute(work, following.authorization_reference, following.source, following.token.uid)
        last = (request, *request.otherwise)[-1]
        return await self.gateway.start(ctx, last.source, columns.start_session(command_id, last))

    async def _stop(self, ctx: TenantContext, command_id: UUID, request: StopRequest) -> CommandReply:
        """As `_start`."""
        command = StopSession(command_id, request.operator, request.session_id)
        for source, following in pairwise((request.source, *request.otherwise)):
            try:
                return await self.gateway.stop(ctx, source, command)
            except PartnerNotReached as error:
                log.info("command.rerouted", command=str(command_id), to=str(following), error=error.message)
                async with self.database.work(ctx) as work:
                    await repository.reroute(work, command_id, columns.stopped_over(request, following))
        return await self.gateway.stop(ctx, (request.source, *request.otherwise)[-1], command)

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
            # How exactly the partner could not be reached is for operations; whoever asked learns that it could not.
            problem = PartnerUnavailable(error.message)
            return await self._fail(ctx, command_id, problem, unless=LISTENING - {CommandState.REQUESTED})
        except CommandNotSpoken as error:
            return await self._fail(ctx, command_id, error)
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
    if reservations.is_over(command, outcome):
        await reservations.end(work, command, outcome)
        command = await repository.lock(work, command_id) or command
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
    """Commands that nobody answered in time become TIMED_OUT, and it is said so; reservations end when they are over."""
    late = await repository.overdue(work, work.ctx.clock.now())
    return [
        await reservations.expire(work, command)
        if command.state is CommandState.RESERVED
        else await repository.move(work, command, CommandState.TIMED_OUT, reason="NO_RESULT", message=_silence(command))
        for command in late
    ]


def _silence(command: CommandRow) -> str:
    if command.state is CommandState.WAITING_FOR_PLUG:
        return "the station was ready, but no charge began in time"
    return "the operator sent no result in time"


async def _accepted(work: Work, command: CommandRow, message: str | None) -> None:
    """A started station waits for the plug until its session says otherwise; a stopped one has only to end the session. A
    reservation holds; what else was asked for is done."""
    if command.kind is CommandKind.START_SESSION:
        deadline = max(command.deadline, work.ctx.clock.now() + _PLUG_IN)
        await repository.move(work, command, CommandState.WAITING_FOR_PLUG, message=message, deadline=deadline)
    elif command.kind is CommandKind.RESERVE_NOW:
        await reservations.hold(work, command, message)
    else:
        await repository.move(work, command, CommandState.COMPLETED, message=message)
