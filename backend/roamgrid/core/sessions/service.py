"""Store what operators report of a charge; announce every change."""

from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.session import Session, SessionStatus
from roamgrid.core.received import UNTOLD, Told, Verbatim
from roamgrid.core.sessions import repository as sql
from roamgrid.core.sessions.models import Put, SessionRow
from roamgrid.kernel.telemetry import traceparent
from roamgrid.tenancy.database import Work


def put_params(tenant: str, source: SourceId, session: Session, raw: bytes, told: Told = UNTOLD) -> dict[str, object]:
    """The parameters of `repository.PUT`."""
    cost = session.total_cost
    return {
        "tenant": tenant,
        "traceparent": traceparent(),
        "source": source,
        "country": session.party.country_code,
        "party": session.party.party_id,
        "session_id": session.id,
        "status": session.status.value,
        "kwh": session.kwh,
        "currency": session.currency,
        "net": cost.net if cost else None,
        "gross": cost.gross if cost else None,
        "token": session.token.uid,
        "reference": session.authorization_reference,
        "contract": None if session.authorization_reference else session.token.contract_id,
        "location": session.location_id,
        "evse": session.evse_uid,
        "connector": session.connector_id,
        "started": session.start,
        "ended": session.end,
        "last_updated": session.last_updated,
        "raw": raw.decode(),
        "validation": told.validation,
        "version": told.version,
    }


async def put(work: Work, source: SourceId, session: Session, raw: bytes, told: Told = UNTOLD) -> Put:
    """Upsert one session and announce it, in one statement. Stale reports and reports on an ended session change nothing."""
    cursor = await work.conn.execute(sql.PUT, put_params(work.ctx.tenant, source, session, raw, told))
    row = await cursor.fetchone()
    return Put(row is not None, row["id"] if row else None)


async def verbatim(work: Work, source: SourceId, party: PartyId, session_id: str) -> Verbatim | None:
    """The session as last reported."""
    params = {"source": source, "country": party.country_code, "party": party.party_id, "session_id": session_id}
    row = await (await work.conn.execute(sql.VERBATIM, params)).fetchone()
    return Verbatim(row["raw"].encode(), row["ocpi_version"]) if row else None


async def find(work: Work, source: SourceId, party: PartyId, session_id: str) -> SessionRow | None:
    """By the operator's id, as `source` may know it: also when the other one of operator and hub reported it."""
    params = {"source": source, "country": party.country_code, "party": party.party_id, "session_id": session_id}
    return _row(await (await work.conn.execute(sql.BY_KEY, params)).fetchone())


async def get(work: Work, session: UUID) -> SessionRow | None:
    """By our id."""
    return _row(await (await work.conn.execute(sql.GET, {"id": session})).fetchone())


async def by_reference(work: Work, reference: str) -> SessionRow | None:
    """The session that was started under a grant."""
    return _row(await (await work.conn.execute(sql.BY_REFERENCE, {"reference": reference})).fetchone())


def _row(row: DictRow | None) -> SessionRow | None:
    if row is None:
        return None
    rest = {name: value for name, value in row.items() if name not in {"source_id", "country_code", "party_id"}}
    return SessionRow(
        **{
            **rest,
            "source": SourceId(row["source_id"]),
            "party": PartyId(row["country_code"], row["party_id"]),
            "status": SessionStatus(row["status"]),
        }
    )
