"""Lists of what the tenant publishes, as its partners fetch them: the oldest change first."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import TokenRef
from roamgrid.core.operator import repository as sql
from roamgrid.core.operator.models import ChargeKind, Mark, Published, PublishedPage, Window
from roamgrid.core.received import Verbatim
from roamgrid.kernel import json
from roamgrid.tenancy.database import Work


async def locations(work: Work, ours: Sequence[PartyId], window: Window) -> PublishedPage:
    """Our stations, also those that are not for the public: who charges there must find them."""
    return await _page(work, sql.LOCATIONS, sql.LOCATIONS_TOTAL, ours, window)


async def location(work: Work, ours: Sequence[PartyId], location_id: str) -> Published | None:
    """One of our stations; of several with that id the one that changed last."""
    row = await (await work.conn.execute(sql.LOCATION, {**_parties(ours), "id": location_id})).fetchone()
    return _published(row) if row else None


async def tariffs(work: Work, ours: Sequence[PartyId], window: Window) -> PublishedPage:
    """Our tariffs in their present version."""
    return await _page(work, sql.TARIFFS, sql.TARIFFS_TOTAL, ours, window)


async def sessions(work: Work, ours: Sequence[PartyId], window: Window, connection: UUID) -> PublishedPage:
    """Charges at our stations that were made with that partner's tokens, and no others."""
    return await _page(work, sql.SESSIONS, sql.SESSIONS_TOTAL, ours, window, connection)


async def cdrs(work: Work, ours: Sequence[PartyId], window: Window, connection: UUID) -> PublishedPage:
    """Records of charges at our stations that were made with that partner's tokens, and no others."""
    return await _page(work, sql.CDRS, sql.CDRS_TOTAL, ours, window, connection)


async def present_location(work: Work, party: PartyId, location_id: str) -> Published | None:
    """One of our stations as it is now, also one that is gone."""
    return await _one(work, sql.ONE_LOCATION, [party], location_id)


async def present_tariff(work: Work, party: PartyId, tariff_id: str) -> Published | None:
    """One of our tariffs as it is now, also one that was withdrawn."""
    return await _one(work, sql.ONE_TARIFF, [party], tariff_id)


async def charge(work: Work, ours: Sequence[PartyId], kind: ChargeKind, object_: UUID) -> Published | None:
    """A session or a CDR of a charge at our stations, by our id; None for one at somebody else's."""
    return await _one(work, sql.ONE_SESSION if kind is ChargeKind.SESSION else sql.ONE_CDR, ours, object_)


async def locations_since(work: Work, ours: Sequence[PartyId], since: datetime) -> list[tuple[Mark, PartyId]]:
    """What changed of our stations since we learned of it then; the mark's key is the station's id."""
    return await _since(work, sql.LOCATIONS_SINCE, ours, since)


async def tariffs_since(work: Work, ours: Sequence[PartyId], since: datetime) -> list[tuple[Mark, PartyId]]:
    """The same of our tariffs."""
    return await _since(work, sql.TARIFFS_SINCE, ours, since)


async def charges_since(work: Work, kind: ChargeKind, connection: UUID, since: datetime) -> list[Mark]:
    """Sessions that changed since then, or records that came since then and were not told yet, of one partner's tokens."""
    params = {"kind": kind, "connection": connection, "since": since}
    rows = await (await work.conn.execute(sql.CHARGES_SINCE, params)).fetchall()
    return [Mark(row["at"], str(row["id"])) for row in rows]


async def _one(work: Work, statement: LiteralString, ours: Sequence[PartyId], object_: str | UUID) -> Published | None:
    row = await (await work.conn.execute(statement, {**_parties(ours), "id": object_})).fetchone()
    return _published(row, gone=row["gone"]) if row else None


async def _since(work: Work, statement: LiteralString, ours: Sequence[PartyId], since: datetime) -> list[tuple[Mark, PartyId]]:
    rows = await (await work.conn.execute(statement, {**_parties(ours), "since": since})).fetchall()
    return [(Mark(row["at"], row["id"]), PartyId(row["country_code"], row["party_id"])) for row in rows]


async def _page(
    work: Work,
    page: LiteralString,
    total: LiteralString,
    ours: Sequence[PartyId],
    window: Window,
    connection: UUID | None = None,
) -> PublishedPage:
    params = {
        **_parties(ours),
        "date_from": window.date_from,
        "date_to": window.date_to,
        "after_at": window.after.at if window.after else None,
        "after_id": window.after.key if window.after else None,
        "offset": 0 if window.after else window.offset,
        "limit": window.limit + 1,
        "connection": connection,
    }
    rows = await (await work.conn.execute(page, params)).fetchall()
    counted = await (await work.conn.execute(total, params)).fetchone()
    shown = rows[: window.limit]
    last = Mark(shown[-1]["last_updated"], str(shown[-1]["id"])) if len(rows) > len(shown) > 0 else None
    return PublishedPage(tuple(_published(row) for row in shown), counted["total"] if counted else 0, last)


def _parties(ours: Sequence[PartyId]) -> dict[str, object]:
    return {"countries": [party.country_code for party in ours], "parties": [party.party_id for party in ours]}


def _published(row: DictRow, *, gone: bool = False) -> Published:
    party = PartyId(row["country_code"], row["party_id"])
    token = json.decode(row["token"], TokenRef) if row.get("token") else None
    return Published(SourceId(row["source_id"]), party, Verbatim(row["raw"].encode(), row["ocpi_version"]), gone, token)
