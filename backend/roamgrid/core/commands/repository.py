"""SQL of the command room."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.commands.models import CommandRow
from roamgrid.core.commands.states import HELD, CommandKind, CommandState, may
from roamgrid.tenancy.database import Work

_COLUMNS = """
id, kind, state, source_id, driver_id, authorization_reference, requested_at, deadline, reason, message, version, history,
country_code, party_id, reservation_id, expires_at"""

_ADD = f"""
insert into command (id, kind, state, source_id, country_code, party_id, driver_id, authorization_reference, session_id,
                     location_id, evse_uid, connector_id, token_uid, requested_at, deadline, history,
                     reservation_id, expires_at)
values (%(id)s, %(kind)s, 'REQUESTED', %(source)s, %(country)s, %(party)s, %(driver)s, %(reference)s, %(session)s, %(location)s,
        %(evse)s, %(connector)s, %(token)s, %(requested)s, %(deadline)s, array['REQUESTED'],
        %(reservation)s, %(expires)s)
returning {_COLUMNS}"""
_LOCK = f"select {_COLUMNS} from command where id = %(id)s for update"
_LOCK_START = f"""
select {_COLUMNS} from command
 where kind = 'START_SESSION' and authorization_reference = %(reference)s
   and (%(source)s::uuid is null or source_id = %(source)s
        or (country_code = %(country)s and party_id = %(party)s and exists (
            select from source_standing hub where hub.source_id in (command.source_id, %(source)s) and hub.kind = 'hub')))
 order by requested_at desc limit 1 for update"""
_LOCK_STOPS = f"""
select {_COLUMNS} from command
 where kind = 'STOP_SESSION' and session_id = %(session)s
   and country_code = %(country)s and party_id = %(party)s
   and (source_id = %(source)s or exists (
        select from source_standing hub where hub.source_id in (command.source_id, %(source)s) and hub.kind = 'hub'))
 order by requested_at for update"""
_MOVE = f"""
update command set state = %(state)s, history = history || %(state)s::text, version = version + 1, answered_at = %(now)s,
       reason = coalesce(%(reason)s, reason), message = coalesce(%(message)s, message),
       deadline = coalesce(%(deadline)s, deadline)
 where id = %(id)s returning {_COLUMNS}"""
# Nothing of the command has left us yet: it is as if it had been meant for this channel from the beginning.
_REROUTE = """
update command set source_id = %(source)s, country_code = %(country)s, party_id = %(party)s,
       location_id = coalesce(%(location)s, location_id), evse_uid = coalesce(%(evse)s, evse_uid),
       connector_id = coalesce(%(connector)s, connector_id), token_uid = coalesce(%(token)s, token_uid)
 where id = %(id)s and state = 'REQUESTED'"""
_OVERDUE = f"""
select {_COLUMNS} from command where state in ('REQUESTED', 'ACCEPTED', 'WAITING_FOR_PLUG', 'RESERVED') and deadline < %(now)s
 order by deadline limit 100 for update skip locked"""
# A reservation is the operator's: its id names it there, over whichever channel it was made.
_LOCK_RESERVATIONS = f"""
select {_COLUMNS} from command
 where kind = 'RESERVE_NOW' and reservation_id = %(reservation)s and country_code = %(country)s and party_id = %(party)s
 order by requested_at desc for update"""
_LOCK_USED = f"""
select {_COLUMNS} from command
 where kind = 'RESERVE_NOW' and authorization_reference = %(reference)s
   and country_code = %(country)s and party_id = %(party)s for update"""
_NEXT_RESERVATION = "select nextval('reservation_number') as number"
_GET = f"select {_COLUMNS} from command where id = %(id)s"

_IDS = frozenset({"source_id", "country_code", "party_id"})


async def add(work: Work, params: dict[str, object]) -> CommandRow:
    """A command about to be sent."""
    row = await _row(work, _ADD, {"reservation": None, "expires": None, **params})
    assert row is not None, "insert returns its row"
    await _announce(work, row)
    return row


async def get(work: Work, command_id: UUID) -> CommandRow | None:
    """By id."""
    return await _row(work, _GET, {"id": command_id})


async def lock(work: Work, command_id: UUID) -> CommandRow | None:
    """By id, held until the transaction ends: two answers never step at once."""
    return await _row(work, _LOCK, {"id": command_id})


async def lock_start(work: Work, reference: str) -> CommandRow | None:
    """The start command of a grant, held."""
    return await _row(work, _LOCK_START, {"reference": reference, "source": None, "country": None, "party": None})


async def lock_start_of(work: Work, reference: str, source: SourceId, party: PartyId) -> CommandRow | None:
    """The same, when this source was asked, or the other one of the operator and a hub that speaks for it."""
    params = {"reference": reference, "source": source, "country": party.country_code, "party": party.party_id}
    return await _row(work, _LOCK_START, params)


async def lock_stops(work: Work, source: SourceId, party: PartyId, session_id: str) -> list[CommandRow]:
    """All stop commands for an operator's session that went to this source or the other one of operator and hub, held."""
    params = {"source": source, "country": party.country_code, "party": party.party_id, "session": session_id}
    return [_command(row) for row in await (await work.conn.execute(_LOCK_STOPS, params)).fetchall()]


async def lock_reservations(work: Work, operator: PartyId, reservation_id: str) -> list[CommandRow]:
    """All commands for one reservation, the newest first, held."""
    params = {"reservation": reservation_id, "country": operator.country_code, "party": operator.party_id}
    return [_command(row) for row in await (await work.conn.execute(_LOCK_RESERVATIONS, params)).fetchall()]


async def lock_used(work: Work, operator: PartyId, reference: str) -> list[CommandRow]:
    """The reservations that a charge under that reference makes use of, held."""
    params = {"reference": reference, "country": operator.country_code, "party": operator.party_id}
    return [_command(row) for row in await (await work.conn.execute(_LOCK_USED, params)).fetchall()]


async def next_reservation(work: Work) -> str:
    """An id for a new reservation: a number, because 2.1.1 knows no other."""
    row = await (await work.conn.execute(_NEXT_RESERVATION)).fetchone()
    assert row is not None, "a sequence has a next number"
    return str(row["number"])


async def reroute(work: Work, command_id: UUID, channel: Mapping[str, object]) -> None:
    """Another channel is asked, the one before was not reached; the command remembers the channel that it went over."""
    await work.conn.execute(_REROUTE, {**channel, "id": command_id})


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
        "deadline": deadline if state in HELD else None,
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
    rest = {name: value for name, value in row.items() if name not in _IDS}
    return CommandRow(
        **{
            **rest,
            "kind": CommandKind(row["kind"]),
            "state": CommandState(row["state"]),
            "source": SourceId(row["source_id"]),
            "operator": PartyId(row["country_code"], row["party_id"]),
            "history": tuple(CommandState(state) for state in row["history"]),
        }
    )
