"""What becomes of a reservation: held, then used, given back, taken back or over (OCPI 2.2.1, Commands module)."""

from roamgrid.canonical.command import CommandResult
from roamgrid.core.commands import repository
from roamgrid.core.commands.models import CommandRow
from roamgrid.core.commands.states import CommandKind, CommandState
from roamgrid.tenancy.database import Work

_ENDS = frozenset(
    {
        (CommandKind.RESERVE_NOW, CommandResult.CANCELED_RESERVATION),
        (CommandKind.CANCEL_RESERVATION, CommandResult.ACCEPTED),
        (CommandKind.CANCEL_RESERVATION, CommandResult.CANCELED_RESERVATION),
        (CommandKind.CANCEL_RESERVATION, CommandResult.UNKNOWN_RESERVATION),
    }
)


def is_over(command: CommandRow, outcome: CommandResult) -> bool:
    """Whether a result says that the reservation is no more. It may come long after the command was answered.

    2.1.1 has no word for it: a station that refuses what it holds already takes it back.
    """
    taken_back = command.state is CommandState.RESERVED and outcome not in (CommandResult.ACCEPTED, CommandResult.TIMEOUT)
    return taken_back or (command.kind, outcome) in _ENDS


async def hold(work: Work, command: CommandRow, message: str | None) -> None:
    """The charging point is kept free; earlier commands for the same reservation have been changed by this one."""
    await repository.move(work, command, CommandState.RESERVED, message=message, deadline=command.expires_at)
    for earlier in await _of(work, command):
        if earlier.requested_at < command.requested_at:
            await repository.move(work, earlier, CommandState.COMPLETED, reason="REPLACED")


async def end(work: Work, command: CommandRow, outcome: CommandResult) -> None:
    """Taken back by the operator, or given back by us: every command for it ends, over whichever channel it went."""
    for reserve in await _of(work, command):
        await repository.move(work, reserve, CommandState.CANCELED, reason=outcome)


async def expire(work: Work, command: CommandRow) -> CommandRow:
    """Its time is over."""
    return await repository.move(work, command, CommandState.COMPLETED, reason="EXPIRED")


async def _of(work: Work, command: CommandRow) -> list[CommandRow]:
    if command.reservation_id is None:
        return []
    return await repository.lock_reservations(work, command.operator, command.reservation_id)
