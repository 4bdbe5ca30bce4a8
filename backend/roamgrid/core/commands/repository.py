"""SQL of the command room."""

from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.commands.models import CommandRow
from roamgrid.core.commands.states import OPEN, CommandKind, CommandState, may
from roamgrid.tenancy.database import Work

_COLUMNS = """
id, kind, state, source_id, driver_id, authorization_reference, requested_at, deadline, reason, message, version, history"""

_ADD = f"""
insert into command (id, kind, state, source_id, country_code, party_id, driver_id, authorization_reference, session_id,
                     location_id, evse_uid, connector_id, token_uid, requested_at, deadline, history)
values (%(id)s, %(kind)s, 'REQUESTED', %(source)s, %(country)s, %(party)s, %(driver)s, %(reference)s, %(session)s, %(location)s,
        %(evse)s, %(connector)s, %(token)s, %(requested)s, %(deadline)s, array['REQUESTED'])
returning {_COLUMNS}"""
_LOCK = f"select {_COLUMNS} from command where id = %(id)s for update"
_LOCK_START = f"""
select {_COLUMNS} from command
 where kind = 'START_SESSION' and authorization_reference = %(reference)s and source_id = coalesce(%(source)s, source_id)
 order by requested_at desc limit 1 for update"""
_LOCK_STOPS = f"""
select {_COLUMNS} from command
 where kind = 'STOP_SESSION' and source_id = %(source)s and session_id = %(session)s
   and country_code = %(country)s and party_id = %(party)s
 order by requested_at for update"""
_MOVE = f"""
update command set state = %(state)s, history = history || %(state)s::text, version = version + 1, answered_at = %(now)s,
       reason = coalesce(%(reason)s, reason), message = coalesce(%(message)s, message),
       deadline = coalesce(%(deadline)s, deadline)
 where id = %(id)s returning {_COLUMNS}"""
_OVERDUE = f"""
select {_COLUMNS} from command where state in ('REQUESTED', 'ACCEPTED', 'WAITING_FOR_PLUG') and deadline < %(now)s
 order by deadline limit 100 for update skip locked"""
_GET = f"select {_COLUMNS} from command where id = %(id)s"


async def add(work: Work, params: dict[str, object]) -> CommandRow:
    """A command about to be sent."""
    row = await _row(work, _ADD, params)
    assert row is not None, "insert returns its row"
    await _announce(work, row)
    return row


async def get(work: Work, command_id: UUID) -> CommandRow | None:
    """By id."""
    return await _row(work, _GET, {"id": command_id})


async def lock(work: Work, command_id: UUID) -> CommandRow | None:
    """By id, held until the transaction ends: two answers never step at once."""
    return await _row(work, _LOCK, {"id": command_id})


async def lock_start(work: Work, reference: str, source: SourceId | None = None) -> CommandRow | None:
    """The start command of a grant, held; None also when another source than `source` was asked."""
    return await _row(work, _LOCK_START, {"reference": reference, "source": source})


async def lock_stops(work: Work, source: SourceId, party: PartyId, session_id: str) -> list[CommandRow]:
    """All stop commands for an operator's session, held, oldest first."""
    params = {"source": source, "country": party.country_code, "party": party.party_id, "session": session_id}
    return [_command(row) for row in await (await work.conn.execute(_LOCK_STOPS, params)).fetchall()]


async def overdue(work: Work, now: datetime) -> list[CommandRow]:
    """Commands that somebody still waits for past their deadline, held."""
    rows = await (await work.conn.execute(_OVERDUE, {"now": now})).fetchall()
    return [_command(row) for row in rows]


async def move(
    work: Work,
    command: CommandRow,
    state: CommandState,
    *,
    reason: str | None = None,
    message: str | None = None,
    deadline: datetime | None = None,
) -> CommandRow:
    """Step when the state machine permits it, and announce the step; else nothing changes."""
    if not may(command.state, state):
        return command
    params = {
        "id": command.id,
        "state": state,
        "reason": reason,
        "message": message,
        "deadline": deadline if state in OPEN else None,
        "now": work.ctx.clock.now(),
    }
    moved = await _row(work, _MOVE, params)
    assert moved is not None, "the row is locked by this transaction"
    await _announce(work, moved)
    return moved


async def _announce(work: Work, command: CommandRow) -> None:
    await publish(work, Event("command.changed.v1", f"command:{command.id}", command.version, {"command": str(command.id)}))


async def _row(work: Work, statement: str, params: dict[str, object]) -> CommandRow | None:
    row = await (await work.conn.execute(statement, params)).fetchone()
    return _command(row) if row else None


def _command(row: DictRow) -> CommandRow:
    rest = {name: value for name, value in row.items() if name != "source_id"}
    return CommandRow(
        **{
            **rest,
            "kind": CommandKind(row["kind"]),
            "state": CommandState(row["state"]),
            "source": SourceId(row["source_id"]),
            "history": tuple(CommandState(state) for state in row["history"]),
        }
    )
