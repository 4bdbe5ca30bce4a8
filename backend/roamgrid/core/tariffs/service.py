"""Keep every version of every tariff: an offer names one, the bill uses exactly that one."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.tariff import Tariff
from roamgrid.core.received import ObjectKey, PageOutcome, Received, Verbatim, newest
from roamgrid.core.tariffs import repository as sql
from roamgrid.core.tariffs.models import TariffCounts, TariffVersion, TariffVersionId
from roamgrid.kernel import json
from roamgrid.tenancy.database import Work


async def unchanged(work: Work, source: SourceId, hashes: Sequence[bytes]) -> dict[bytes, ObjectKey]:
    """Which of these verbatim bodies are live already."""
    cursor = await work.conn.execute(sql.UNCHANGED, {"source": source, "hashes": list(hashes)})
    return {
        bytes(row["raw_hash"]): ObjectKey(row["country_code"], row["party_id"], row["tariff_id"])
        for row in await cursor.fetchall()
    }


async def apply_page(work: Work, source: SourceId, page: Sequence[Received[Tariff]]) -> PageOutcome:
    """Store new contents as new versions. The version they replace is closed, never changed."""
    page = newest(page, [_key(received.value) for received in page])
    if not page:
        return PageOutcome(0, 0)
    await work.conn.execute(sql.HOLD, {"source": source})
    rows = await (await work.conn.execute(sql.APPLY, {"source": source, **_columns(page)})).fetchall()
    if not rows:
        return PageOutcome(0, 0)
    changed = {ObjectKey(row["country_code"], row["party_id"], row["tariff_id"]) for row in rows}
    await work.conn.execute(sql.INSERT, {"source": source, **_columns([r for r in page if _key(r.value) in changed])})
    inserted = sum(row["is_new"] for row in rows)
    return PageOutcome(inserted, len(rows) - inserted)


async def put(work: Work, source: SourceId, received: Received[Tariff]) -> PageOutcome:
    """One pushed tariff. One older than the live version changes nothing: pushes arrive out of order."""
    tariff = received.value
    await work.conn.execute(sql.HOLD, {"source": source})
    row = await (await work.conn.execute(sql.LAST_UPDATED, _params(source, tariff.party, tariff.id))).fetchone()
    if row is not None and row["last_updated"] > tariff.last_updated:
        return PageOutcome(0, 0)
    outcome = await apply_page(work, source, [received])
    await _announce(work, source, tariff.party, tariff.id, tariff.last_updated)
    return outcome


async def withdraw(work: Work, source: SourceId, party: PartyId, tariff_id: str) -> bool:
    """The operator deleted the tariff: no new offers, all versions stay. False when there is none."""
    withdrawn = await (await work.conn.execute(sql.WITHDRAW_ONE, _params(source, party, tariff_id))).fetchone()
    if withdrawn is not None:
        await _announce(work, source, party, tariff_id, work.ctx.clock.now())
    return withdrawn is not None


async def finish_crawl(work: Work, source: SourceId, seen: Collection[ObjectKey]) -> int:
    """Withdraw what a complete, unfiltered crawl did not show; returns how many."""
    rows = await (await work.conn.execute(sql.LIVE_KEYS, {"source": source})).fetchall()
    gone = [row["id"] for row in rows if ObjectKey(row["country_code"], row["party_id"], row["tariff_id"]) not in seen]
    await work.conn.execute(sql.WITHDRAW, {"ids": gone})
    return len(gone)


async def verbatim(work: Work, source: SourceId, party: PartyId, tariff_id: str) -> Verbatim | None:
    """The live version as the operator sent it."""
    row = await (await work.conn.execute(sql.VERBATIM, _params(source, party, tariff_id))).fetchone()
    return Verbatim(row["raw"].encode(), row["ocpi_version"]) if row else None


async def current(work: Work, source: SourceId, party: PartyId, tariff_ids: Sequence[str]) -> list[TariffVersion]:
    """The live versions of these tariffs of one operator, in the order asked; unresolvable ids are absent."""
    params = {"source": source, "country": party.country_code, "party": party.party_id, "ids": list(tariff_ids)}
    return [_version(row) for row in await (await work.conn.execute(sql.CURRENT, params)).fetchall()]


async def current_many(
    work: Work, wanted: Iterable[tuple[SourceId, PartyId, str]]
) -> dict[tuple[SourceId, PartyId, str], TariffVersion]:
    """The live versions of many tariffs of many operators, in one statement."""
    keys = list(wanted)
    params = {
        "source": [source for source, _, _ in keys],
        "country": [party.country_code for _, party, _ in keys],
        "party": [party.party_id for _, party, _ in keys],
        "id": [tariff_id for _, _, tariff_id in keys],
    }
    rows = await (await work.conn.execute(sql.CURRENT_MANY, params)).fetchall()
    return {
        (SourceId(row["source_id"]), PartyId(row["country_code"], row["party_id"]), row["tariff_id"]): _version(row)
        for row in rows
    }


async def version(work: Work, version_id: UUID) -> TariffVersion | None:
    """Any version, live or not."""
    row = await (await work.conn.execute(sql.VERSION, {"id": version_id})).fetchone()
    return _version(row) if row else None


async def counts(work: Work, source: SourceId | None = None) -> TariffCounts:
    """How many tariffs are live and how many versions are kept."""
    row = await (await work.conn.execute(sql.COUNTS, {"source": source})).fetchone()
    return TariffCounts(**row) if row else TariffCounts(0, 0)


async def _announce(work: Work, source: SourceId, party: PartyId, tariff_id: str, at: datetime) -> None:
    version = int(at.timestamp() * 1000)
    await publish(work, Event("tariff.updated.v1", f"tariff:{party}:{tariff_id}", version, {"source": str(source)}))


def _key(tariff: Tariff) -> ObjectKey:
    return ObjectKey(tariff.party.country_code, tariff.party.party_id, tariff.id)


def _params(source: SourceId, party: PartyId, tariff_id: str) -> dict[str, object]:
    return {"source": source, "country": party.country_code, "party": party.party_id, "id": tariff_id}


def _columns(page: Sequence[Received[Tariff]]) -> dict[str, list[object]]:
    tariffs = [received.value for received in page]
    return {
        "country": [tariff.party.country_code for tariff in tariffs],
        "party": [tariff.party.party_id for tariff in tariffs],
        "id": [tariff.id for tariff in tariffs],
        "canonical": [json.encode(tariff) for tariff in tariffs],
        "raw": [received.raw.decode() for received in page],
        "raw_hash": [received.raw_hash for received in page],
        "last_updated": [tariff.last_updated for tariff in tariffs],
        "validation": [received.told.validation for received in page],
        "version": [received.told.version for received in page],
    }


def _version(row: DictRow) -> TariffVersion:
    return TariffVersion(TariffVersionId(row["id"]), json.decode(row["canonical"], Tariff), row["recorded_at"])
