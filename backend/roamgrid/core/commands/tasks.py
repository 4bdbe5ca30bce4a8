"""The session is the truth: its reports move the commands that asked for it."""

from uuid import UUID

from roamgrid.bus.events import Delivery
from roamgrid.bus.subscriptions import Subscription
from roamgrid.canonical.session import SessionStatus
from roamgrid.core.commands import repository
from roamgrid.core.commands.models import CommandRow
from roamgrid.core.commands.states import CommandState
from roamgrid.core.sessions import service as sessions
from roamgrid.tenancy.database import OrmWork, Work

_INVALID = "the operator declared the session invalid"


def subscriptions() -> list[Subscription]:
    """The command room's subscriptions."""
    return [Subscription.handler("commands.follow_session", "session.updated.v1", follow_session)]


async def follow_session(work: OrmWork, delivery: Delivery) -> None:
    """Move the start and the stop command of a session to where the session is."""
    session = await sessions.get(work, UUID(delivery.event.payload["session"]))
    if session is None:
        return
    if session.authorization_reference is not None:
        start = await repository.lock_start_of(work, session.authorization_reference, session.source, session.party)
        if start is not None:
            await _follow(work, start, session.status)
        if session.status in (SessionStatus.ACTIVE, SessionStatus.COMPLETED):
            for used in await repository.lock_used(work, session.party, session.authorization_reference):
                await repository.move(work, used, CommandState.COMPLETED, reason="USED")
    if session.status in (SessionStatus.COMPLETED, SessionStatus.INVALID):
        for stop in await repository.lock_stops(work, session.source, session.party, session.session_id):
            await repository.move(work, stop, CommandState.COMPLETED)


async def _follow(work: Work, start: CommandRow, status: SessionStatus) -> None:
    if status is SessionStatus.INVALID:
        await repository.move(work, start, CommandState.FAILED, reason="SESSION_INVALID", message=_INVALID)
    if status in (SessionStatus.ACTIVE, SessionStatus.COMPLETED):
        start = await _adopt(work, start)
        start = await repository.move(work, start, CommandState.CHARGING)
    if status is SessionStatus.COMPLETED:
        await repository.move(work, start, CommandState.COMPLETED)


async def _adopt(work: Work, start: CommandRow) -> CommandRow:
    """A session that comes after we gave up is adopted, and said to be late."""
    if start.state in (CommandState.TIMED_OUT, CommandState.FAILED):
        return await repository.move(work, start, CommandState.LATE)
    return start
