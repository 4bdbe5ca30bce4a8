"""A world to command in: an operator that answers as told, and a driver who asks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from roamgrid.bus.events import Delivery, Event
from roamgrid.canonical.command import Command, CommandReply, CommandResponse, CommandResult, StartSession, StopSession
from roamgrid.canonical.party import SourceId
from roamgrid.canonical.session import Session
from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.core.commands import repository, service
from roamgrid.core.commands.models import CommandRow, ReserveRequest, StartRequest, StopRequest, UnlockRequest
from roamgrid.core.commands.service import CommandService
from roamgrid.core.commands.tasks import follow_session
from roamgrid.core.sessions import service as sessions
from roamgrid.kernel import json
from roamgrid.kernel.clock import FixedClock
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests import builders
from tests.builders import NOON, OPERATOR, SOURCE

ACCEPTED = CommandReply(CommandResponse.ACCEPTED, timeout_s=30)
DRIVER = UUID("00000000-0000-7000-8000-00000000d21e")
TOKEN = Token(OPERATOR, "TOKEN1", TokenType.APP_USER, "NL-VLT-C1", "Voltara", True, Whitelist.NEVER, NOON)

Meanwhile = Callable[[UUID], Awaitable[None]]


@dataclass(slots=True)
class Operator:
    """Answers with `reply`, or raises it; `meanwhile` happens while the answer is under way."""

    reply: CommandReply | Exception = ACCEPTED
    meanwhile: Meanwhile | None = None
    asked: list[Command] = field(default_factory=list)

    async def start(self, ctx: TenantContext, source: SourceId, command: StartSession) -> CommandReply:
        return await self._answer(command)

    async def stop(self, ctx: TenantContext, source: SourceId, command: StopSession) -> CommandReply:
        return await self._answer(command)

    async def send(self, ctx: TenantContext, source: SourceId, command: Command) -> CommandReply:
        return await self._answer(command)

    async def _answer(self, command: Command) -> CommandReply:
        self.asked.append(command)
        if self.meanwhile is not None:
            await self.meanwhile(command.command_id)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


class World:
    """One driver's command to one operator, and everything that may happen to it."""

    def __init__(self, database: Database, ctx: TenantContext) -> None:
        self.clock = FixedClock(NOON)
        self.ctx = TenantContext(ctx.binding, actor="driver", clock=self.clock)
        self.database = database
        self.operator = Operator()
        self.service = CommandService(database, self.operator)
        self.reference = str(new_id())

    async def start(self) -> CommandRow:
        return await self.service.start(
            self.ctx, StartRequest(DRIVER, SOURCE, OPERATOR, "LOC1", "E1", "1", TOKEN, self.reference)
        )

    async def stop(self, session_id: str = "S1") -> CommandRow:
        return await self.service.stop(self.ctx, StopRequest(DRIVER, SOURCE, OPERATOR, session_id, None))

    async def reserve(self, minutes: int = 30, reservation: str | None = None) -> CommandRow:
        """Until that many minutes past noon; a named reservation is changed."""
        until = NOON + timedelta(minutes=minutes)
        request = ReserveRequest(DRIVER, SOURCE, OPERATOR, "LOC1", "E1", TOKEN, until, self.reference, reservation)
        return await self.service.reserve(self.ctx, request)

    async def unlock(self) -> CommandRow:
        return await self.service.unlock(self.ctx, UnlockRequest(SOURCE, OPERATOR, "LOC1", "E1", "1"))

    async def result(self, command_id: UUID, outcome: CommandResult, source: SourceId = SOURCE) -> bool:
        async with self.database.work(self.ctx) as work:
            return await service.result(work, source, command_id, outcome, None)

    async def report(self, session: Session, source: SourceId = SOURCE) -> None:
        """The operator pushes a session; the subscription hears of it when it changed something."""
        async with self.database.work(self.ctx) as work:
            stored = await sessions.put(work, source, session, json.encode(session).encode())
        if stored.id is None:
            return
        event = Event("session.updated.v1", f"session:{stored.id}", 1, {"session": str(stored.id)})
        async with self.database.orm(self.ctx) as orm:
            await follow_session(orm, Delivery(new_id(), self.ctx.tenant, event, NOON, None))

    async def wait(self, span: timedelta) -> list[CommandRow]:
        """Time passes and the reaper comes."""
        self.clock.advance(span)
        async with self.database.work(self.ctx) as work:
            return await service.reap(work)

    async def command(self, command_id: UUID | None = None) -> CommandRow:
        """Where the command stands; the start command unless named."""
        async with self.database.work(self.ctx) as work:
            row = await (repository.get(work, command_id) if command_id else repository.lock_start(work, self.reference))
        assert row is not None
        return row

    def session(self, minute: int, **changes: object) -> Session:
        """The session that the start command asked for, as reported at that minute."""
        at = NOON + timedelta(minutes=minute)
        return builders.session(f"S-{self.reference}", authorization_reference=self.reference, last_updated=at, **changes)
