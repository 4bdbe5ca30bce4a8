"""Issue, find, block and list tokens."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.core.tokens import repository as sql
from roamgrid.core.tokens.models import TokenPage, TokenRow
from roamgrid.kernel.errors import Conflict, NotFound
from roamgrid.tenancy.database import Work

_UID_BYTES = 10
"""Twenty hexadecimal characters: what a station of the OCPP 1.x generation can carry (OCPI issue 350)."""


class TokenTaken(Conflict):
    """A card with this uid is registered already."""

    code = "TOKEN_TAKEN"
    hint = "Check the number on the card; if it is yours, ask the support to release it."


async def app_token(work: Work, driver_id: UUID, source: SourceId, party: PartyId, issuer: str) -> Token:
    """The driver's token for one partner, made on first use: partners cannot recognise a driver across each other (D8)."""
    held = await _one(work, sql.APP_TOKEN, {"driver": driver_id, "source": source})
    if held is None:
        uid = secrets.token_hex(_UID_BYTES).upper()
        await _one(work, sql.ADD, _new(work, uid, TokenType.APP_USER, party, issuer, Whitelist.NEVER, driver_id, source))
        held = await _one(work, sql.APP_TOKEN, {"driver": driver_id, "source": source})
    if held is None:
        raise RuntimeError("an app token could neither be found nor made")
    return _token(held)


async def add_rfid(work: Work, driver_id: UUID | None, uid: str, party: PartyId, issuer: str) -> Token:
    """Register a physical card; every partner will be told. Raises `TokenTaken`."""
    row = await _one(work, sql.ADD, _new(work, uid, TokenType.RFID, party, issuer, Whitelist.ALLOWED, driver_id, None))
    if row is None:
        raise TokenTaken(f"card {uid} is registered already", field="uid")
    await _announce(work, row)
    return _token(row)


async def set_valid(work: Work, uid: str, kind: TokenType, *, valid: bool) -> Token:
    """Block or unblock a token; every partner will be told. Raises `NotFound`."""
    row = await _one(
        work, sql.SET_VALID, {"uid_key": uid.casefold(), "type": kind, "valid": valid, "now": work.ctx.clock.now()}
    )
    if row is None:
        raise NotFound(f"there is no {kind} token {uid}", field="uid")
    await _announce(work, row)
    return _token(row)


async def find(work: Work, source: SourceId, uid: str, kind: TokenType | None = None) -> TokenRow | None:
    """A token that this partner may know; uids compare without case."""
    row = await _one(work, sql.FIND, {"uid_key": uid.casefold(), "type": kind, "source": source})
    return TokenRow(_token(row), row["driver_id"]) if row else None


async def page(
    work: Work, source: SourceId, date_from: datetime | None, date_to: datetime | None, offset: int, limit: int
) -> TokenPage:
    """What this partner may see: all cards, and its own app tokens; oldest change first."""
    params = {"source": source, "date_from": date_from, "date_to": date_to, "offset": offset, "limit": limit}
    rows = await (await work.conn.execute(sql.PAGE, params)).fetchall()
    if rows:
        return TokenPage(tuple(_token(row) for row in rows), rows[0]["total"])
    counted = await _one(work, sql.COUNT, params)
    return TokenPage((), counted["total"] if counted else 0)


async def _one(work: Work, statement: str, params: Mapping[str, object]) -> DictRow | None:
    return await (await work.conn.execute(statement, params)).fetchone()


async def _announce(work: Work, row: DictRow) -> None:
    version = int(row["last_updated"].timestamp() * 1_000_000)
    await publish(
        work, Event("token.changed.v1", f"token:{row['type']}:{row['uid']}", version, {"uid": row["uid"], "type": row["type"]})
    )


def _new(
    work: Work,
    uid: str,
    kind: TokenType,
    party: PartyId,
    issuer: str,
    whitelist: Whitelist,
    driver: UUID | None,
    source: SourceId | None,
) -> dict[str, object]:
    return {
        "uid": uid,
        "uid_key": uid.casefold(),
        "type": kind,
        "country": party.country_code,
        "party": party.party_id,
        "contract": f"{party.country_code}-{party.party_id}-C{secrets.token_hex(4).upper()}-0",
        "issuer": issuer,
        "visual_number": uid if kind is TokenType.RFID else None,
        "whitelist": whitelist,
        "now": work.ctx.clock.now(),
        "driver": driver,
        "source": source,
    }


def _token(row: DictRow) -> Token:
    return Token(
        party=PartyId(row["country_code"], row["party_id"]),
        uid=row["uid"],
        type=TokenType(row["type"]),
        contract_id=row["contract_id"],
        issuer=row["issuer"],
        valid=row["valid"],
        whitelist=Whitelist(row["whitelist"]),
        last_updated=row["last_updated"],
        visual_number=row["visual_number"],
        group_id=row["group_id"],
        language=row["language"],
    )
