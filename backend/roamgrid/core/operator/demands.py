"""What partners want of our own stations, and what the stations said: on record before our back end is asked, and told to the
partner's own address when it is known (OCPI 2.2.1, Commands and ChargingProfiles, Receiver interfaces)."""

from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.charging_profile import ProfileOutcome
from roamgrid.canonical.command import CommandResult
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.charging_profiles.models import ProfileKind
from roamgrid.core.commands import repository as commands
from roamgrid.core.operator import demand_sql as sql
from roamgrid.kernel import json
from roamgrid.tenancy.database import Work


@dataclass(frozen=True, slots=True)
class Demand:
    """One request of a partner. `id`: under which our back end hears of it. `source`: the back end that is asked.

    `reservation_id` is the partner's, `own_reservation_id` the one that our back end knows: partners' ids may be the same.
    """

    id: UUID
    kind: str
    connection: SourceId
    source: SourceId
    operator: PartyId
    response_url: str
    session_id: str | None = None
    reservation_id: str | None = None
    own_reservation_id: str | None = None


@dataclass(frozen=True, slots=True)
class CommandWord:
    """A station's word on a command, and what it says to people."""

    result: CommandResult
    message: str | None = None


Word = CommandWord | ProfileOutcome


@dataclass(frozen=True, slots=True)
class Outcome:
    """The `number`-th word of a station on a demand. `told`: the partner has it."""

    demand: Demand
    number: int
    word: Word
    told: bool


_PROFILE_KINDS = frozenset(kind.value for kind in ProfileKind)


async def add(work: Work, demand: Demand) -> None:
    """Before anybody is asked."""
    await work.conn.execute(
        sql.ADD,
        {
            "id": demand.id,
            "kind": demand.kind,
            "connection": demand.connection,
            "source": demand.source,
            "country": demand.operator.country_code,
            "party": demand.operator.party_id,
            "url": demand.response_url,
            "session": demand.session_id,
            "reservation": demand.reservation_id,
            "own": demand.own_reservation_id,
            "now": work.ctx.clock.now(),
        },
    )


async def asked_by(work: Work, demand: UUID) -> SourceId | None:
    """The partner that made a demand."""
    row = await (await work.conn.execute(sql.ASKED_BY, {"id": demand})).fetchone()
    return SourceId(row["connection"]) if row else None


async def answered(work: Work, demand: UUID, response: str) -> None:
    """What the partner was told at once."""
    await work.conn.execute(sql.ANSWERED, {"id": demand, "response": response})


async def outcome(work: Work, source: SourceId, demand: UUID, word: Word) -> bool:
    """A station's word, announced for the partner. The same word again is a repeat. False: not asked of this source."""
    held = await (await work.conn.execute(sql.LOCK, {"id": demand, "source": source})).fetchone()
    if held is None:
        return False
    written = json.encode(word)
    if held["last"] == written:
        return True
    number = held["outcomes"] + 1
    await work.conn.execute(sql.ADD_OUTCOME, {"id": demand, "number": number, "outcome": written})
    payload = {"demand": str(demand), "number": number}
    await publish(work, Event("operator.outcome.v1", f"demand:{demand}", number, payload))
    return True


async def get_outcome(work: Work, demand: UUID, number: int) -> Outcome | None:
    """One word of a station and the demand it is about."""
    row = await (await work.conn.execute(sql.OUTCOME, {"id": demand, "number": number})).fetchone()
    if row is None:
        return None
    asked = _demand(row)
    word: Word = (
        json.decode(row["outcome"], ProfileOutcome)
        if asked.kind in _PROFILE_KINDS
        else json.decode(row["outcome"], CommandWord)
    )
    return Outcome(asked, number, word, row["told_at"] is not None)


async def told(work: Work, demand: UUID, number: int, refused: str | None = None) -> None:
    """The partner has it, or has refused it for good."""
    params = {"id": demand, "number": number, "now": work.ctx.clock.now(), "refused": refused}
    await work.conn.execute(sql.TOLD, params)


async def reservation(work: Work, connection: SourceId, operator: PartyId, reservation_id: str) -> Demand | None:
    """The newest demand of that partner for a reservation."""
    params = {"connection": connection, "country": operator.country_code, "party": operator.party_id, "id": reservation_id}
    row = await (await work.conn.execute(sql.RESERVATION, params)).fetchone()
    return _demand(row) if row else None


async def next_reservation(work: Work) -> str:
    """As our back end shall know a new reservation."""
    return await commands.next_reservation(work)


async def profiled(work: Work, source: SourceId, session_id: str) -> Demand | None:
    """The partner that set the session's profile last, and so hears of every change from then on."""
    row = await (await work.conn.execute(sql.PROFILED, {"source": source, "session": session_id})).fetchone()
    return _demand(row) if row else None


def _demand(row: DictRow) -> Demand:
    return Demand(
        id=row["id"],
        kind=row["kind"],
        connection=SourceId(row["connection"]),
        source=SourceId(row["source_id"]),
        operator=PartyId(row["country_code"], row["party_id"]),
        response_url=row["response_url"],
        session_id=row["session_id"],
        reservation_id=row["reservation_id"],
        own_reservation_id=row["own_reservation_id"],
    )
