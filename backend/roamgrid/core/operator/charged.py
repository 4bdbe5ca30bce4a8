"""Which of our stations or running charges a partner means, and where they come from: it must be allowed to mean them."""

from collections.abc import Sequence
from dataclasses import dataclass

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.operator import demand_sql as sql
from roamgrid.tenancy.database import Work


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A charge at one of our stations. `source`: the back end that reports it."""

    source: SourceId
    operator: PartyId
    session_id: str
    location_id: str
    evse_uid: str


@dataclass(frozen=True, slots=True)
class OwnStation:
    """A location of ours. `source`: the back end that delivers it."""

    source: SourceId
    operator: PartyId
    location_id: str


async def running(work: Work, ours: Sequence[PartyId], connection: SourceId, session_id: str) -> OwnSession | None:
    """A charge of one of that partner's tokens that has not ended; of others' charges a partner learns nothing."""
    params = {**_parties(ours), "connection": connection, "session": session_id}
    row = await (await work.conn.execute(sql.OWN_SESSION, params)).fetchone()
    if row is None:
        return None
    operator = PartyId(row["country_code"], row["party_id"])
    return OwnSession(SourceId(row["source_id"]), operator, row["session_id"], row["location_id"], row["evse_uid"])


async def station(work: Work, ours: Sequence[PartyId], location_id: str) -> OwnStation | None:
    """One of our locations; of several with that id the one that changed last."""
    row = await (await work.conn.execute(sql.OWN_STATION, {**_parties(ours), "location": location_id})).fetchone()
    if row is None:
        return None
    return OwnStation(SourceId(row["source_id"]), PartyId(row["country_code"], row["party_id"]), row["location_id"])


async def capabilities(work: Work, session: OwnSession) -> frozenset[str]:
    """What the charging point of a session can do; nothing when it is not known."""
    params = {
        "source": session.source,
        "country": session.operator.country_code,
        "party": session.operator.party_id,
        "location": session.location_id,
        "evse": session.evse_uid,
    }
    row = await (await work.conn.execute(sql.CAPABILITIES, params)).fetchone()
    return frozenset(row["capabilities"]) if row else frozenset()


def _parties(ours: Sequence[PartyId]) -> dict[str, object]:
    return {"countries": [party.country_code for party in ours], "parties": [party.party_id for party in ours]}
