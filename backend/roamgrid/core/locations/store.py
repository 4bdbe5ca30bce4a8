"""Store stations: pages of a pull, single pushes, the end of a crawl."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.location import Location
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.locations import repository as sql
from roamgrid.core.locations.models import LocationCounts
from roamgrid.core.locations.regroup import regroup
from roamgrid.core.received import ObjectKey, PageOutcome, Received, newest
from roamgrid.kernel import json
from roamgrid.tenancy.database import Work


class Stored(NamedTuple):
    """The document that a location is derived from, and the time its operator gave it."""

    raw: bytes
    last_updated: datetime
    version: str | None = None


async def unchanged(work: Work, source: SourceId, hashes: Sequence[bytes]) -> dict[bytes, ObjectKey]:
    """Which of these verbatim bodies are live already: they need no parsing."""
    cursor = await work.conn.execute(sql.UNCHANGED, {"source": source, "hashes": list(hashes)})
    return {
        bytes(row["raw_hash"]): ObjectKey(row["country_code"], row["party_id"], row["location_id"])
        for row in await cursor.fetchall()
    }


async def apply_page(work: Work, source: SourceId, page: Sequence[Received[Location]]) -> PageOutcome:
    """Upsert a page of a pull in one statement; of an object sent twice the last one counts.

    Rows are written in the order of their keys, so that two writers wait for each other and never in a circle.
    """
    page = sorted(newest(page, [key_of(received.value) for received in page]), key=lambda received: key_of(received.value))
    if not page:
        return PageOutcome(0, 0)
    cursor = await work.conn.execute(
        sql.APPLY_PAGE,
        {
            "source": source,
            "docs": json.encode([received.value for received in page]),
            "raws": [received.raw.decode() for received in page],
            "hashes": [received.raw_hash for received in page],
            "validations": [received.told.validation for received in page],
            "versions": [received.told.version for received in page],
        },
        prepare=False,
    )
    row = await cursor.fetchone()
    assert row is not None, "an aggregate returns its row"
    await regroup(work, row["regroup"])
    return PageOutcome(row["inserted"], row["updated"])


async def put(work: Work, source: SourceId, received: Received[Location]) -> bool:
    """One pushed location. False when what is stored is newer: pushes arrive out of order."""
    location = received.value
    await work.conn.execute(sql.HOLD, _params(source, location.party, location.id))
    known = await stored(work, source, location.party, location.id)
    if known is not None and known.last_updated > location.last_updated:
        return False
    await apply_page(work, source, [received])
    version = int(location.last_updated.timestamp() * 1000)
    await publish(
        work, Event("location.updated.v1", f"location:{location.party}:{location.id}", version, {"source": str(source)})
    )
    return True


async def stored(work: Work, source: SourceId, party: PartyId, location_id: str) -> Stored | None:
    """The stored document, also of a vanished location: a push may bring it back."""
    row = await (await work.conn.execute(sql.STORED, _params(source, party, location_id))).fetchone()
    return Stored(row["raw"].encode(), row["last_updated"], row["ocpi_version"]) if row else None


async def raw(work: Work, source: SourceId, party: PartyId, location_id: str) -> bytes | None:
    """The stored document."""
    known = await stored(work, source, party, location_id)
    return known.raw if known else None


async def time_zone(work: Work, source: SourceId, party: PartyId, location_id: str) -> str | None:
    """The IANA zone in which the location's tariffs are read."""
    row = await (await work.conn.execute(sql.TIME_ZONE, _params(source, party, location_id))).fetchone()
    return row["time_zone"] if row else None


async def finish_crawl(work: Work, source: SourceId, seen: Collection[ObjectKey]) -> int:
    """Mark as removed what a complete, unfiltered crawl did not show; returns how many vanished.

    Statistics are renewed at once: until the server does so by itself, searches of a fresh feed would take seconds.
    """
    rows = await (await work.conn.execute(sql.LIVE_KEYS, {"source": source})).fetchall()
    gone = [row["id"] for row in rows if ObjectKey(row["country_code"], row["party_id"], row["location_id"]) not in seen]
    await work.conn.execute(sql.REMOVE, {"ids": gone})
    await regroup(work, gone)
    await work.conn.execute(sql.ANALYZE)
    return len(gone)


async def counts(work: Work, source: SourceId | None = None) -> LocationCounts:
    """How much is live, of one source or of all."""
    row = await (await work.conn.execute(sql.COUNTS, {"source": source})).fetchone()
    return LocationCounts(**row) if row else LocationCounts(0, 0, 0, 0)


def key_of(location: Location) -> ObjectKey:
    """How the store names a location."""
    return ObjectKey(location.party.country_code, location.party.party_id, location.id)


def _params(source: SourceId, party: PartyId, location_id: str) -> dict[str, object]:
    return {"source": source, "country": party.country_code, "party": party.party_id, "id": location_id}
