"""Keep exchanged objects: the verbatim body, what it says, and how it stood up to validation (D17)."""

from datetime import datetime
from typing import TypeVar

from psycopg.rows import DictRow

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.exchanged import repository as sql
from roamgrid.core.exchanged.models import Exchanged, ExchangedKey, ExchangedKind, Stored
from roamgrid.core.received import Received, Verbatim
from roamgrid.kernel import json
from roamgrid.tenancy.database import Work

T = TypeVar("T")


async def put(work: Work, key: ExchangedKey, told: Received[T], last_updated: datetime | None) -> Stored:
    """Store and announce. Older news than what is held changes nothing; what is not dated is as of now."""
    params = {
        **_params(key),
        "id": key.id,
        "canonical": json.encode(told.value),
        "raw": told.raw.decode(),
        "raw_hash": told.raw_hash,
        "version": told.told.version,
        "validation": told.told.validation,
        "last_updated": last_updated or work.ctx.clock.now(),
    }
    row = await (await work.conn.execute(sql.PUT, params)).fetchone()
    if row is None:
        return Stored(None, inserted=False)
    await _announce(work, key, row)
    return Stored(row["id"], inserted=row["version"] == 1)


async def get(work: Work, key: ExchangedKey) -> Exchanged | None:
    """What is held, unless it was withdrawn."""
    row = await (await work.conn.execute(sql.GET, _params(key))).fetchone()
    return _exchanged(row) if row else None


async def withdraw(work: Work, key: ExchangedKey) -> bool:
    """Its owner says that it was a mistake; the body stays. False: there is nothing to withdraw."""
    row = await (await work.conn.execute(sql.WITHDRAW, _params(key))).fetchone()
    if row is None:
        return False
    await _announce(work, key, row)
    return True


async def page(
    work: Work,
    kind: ExchangedKind,
    source: SourceId,
    *,
    date_from: datetime | None = None,
    date_to: datetime | None = None,
    offset: int = 0,
    limit: int = 500,
) -> tuple[list[Exchanged], int]:
    """What a source told, the oldest change first, and how many there are without offset and limit."""
    params = {
        "kind": kind,
        "source": source,
        "date_from": date_from,
        "date_to": date_to,
        "offset": offset,
        "limit": limit,
    }
    rows = await (await work.conn.execute(sql.PAGE, params)).fetchall()
    counted = await (await work.conn.execute(sql.TOTAL, params)).fetchone()
    return [_exchanged(row) for row in rows], counted["total"] if counted else 0


async def _announce(work: Work, key: ExchangedKey, row: DictRow) -> None:
    event = Event(f"{key.kind}.changed.v1", f"{key.kind}:{row['id']}", row["version"], {"object": str(row["id"])})
    await publish(work, event)


def _params(key: ExchangedKey) -> dict[str, object]:
    return {
        "kind": key.kind,
        "source": key.source,
        "country": key.party.country_code if key.party else "",
        "party": key.party.party_id if key.party else "",
        "key": key.id.casefold(),
    }


def _exchanged(row: DictRow) -> Exchanged:
    party = PartyId(row["country_code"], row["party_id"]) if row["country_code"] else None
    key = ExchangedKey(ExchangedKind(row["kind"]), SourceId(row["source_id"]), party, row["object_id"])
    return Exchanged(key, Verbatim(row["raw"].encode(), row["ocpi_version"]), row["last_updated"], row["withdrawn"])
