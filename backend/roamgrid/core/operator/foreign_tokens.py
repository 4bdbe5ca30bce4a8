"""Tokens of partners' drivers, as their issuers tell them: whom a charge at our stations belongs to, and who may charge."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from psycopg.rows import DictRow

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Token
from roamgrid.core.operator import token_sql as sql
from roamgrid.core.received import Received, Verbatim
from roamgrid.tenancy.database import Work


class Kept(StrEnum):
    """What a token did to the store. STALE: what is stored is newer. SAME: nothing new."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class ForeignToken:
    """A stored token of a partner. `source`: who told it; `body`: in its words."""

    source: SourceId
    party: PartyId
    uid: str
    type: str
    valid: bool
    whitelist: str
    body: Verbatim


def key_of(uid: str) -> str:
    """Readers and back ends disagree on case (EVerest issue 566); separators tell two tokens apart."""
    return uid.casefold()


async def put(work: Work, source: SourceId, token: Received[Token]) -> Kept:
    """Store a token that its issuer told; an older state than the stored one changes nothing."""
    (kept,) = await put_page(work, source, [token])
    return kept


async def put_page(work: Work, source: SourceId, page: Sequence[Received[Token]]) -> list[Kept]:
    """The same for many, with one statement; the answers in the order of the page. Of a token told twice the last one counts.

    Charges whose partner was looked for in vain are looked at again when a token of theirs comes.
    """
    newest = {_key(one.value): one for one in page}
    if not newest:
        return []
    ordered = [newest[key] for key in sorted(newest)]
    rows = await (await work.conn.execute(sql.PUT, {"source": source, **_columns(ordered)})).fetchall()
    kept = {(row["country_code"], row["party_id"], row["uid_key"], row["type"]): Kept(row["kept"]) for row in rows}
    await _look_again(work, [one.value for key, one in newest.items() if kept[key] in (Kept.NEW, Kept.CHANGED)])
    return [kept[_key(one.value)] for one in page]


async def remember(work: Work, source: SourceId, token: Received[Token]) -> None:
    """A token that came with a command, and need never have been told before; what is stored of it stays."""
    rows = await (await work.conn.execute(sql.REMEMBER, {"source": source, **_columns([token])})).fetchall()
    if rows:
        await _look_again(work, [token.value])


async def find(work: Work, source: SourceId, party: PartyId, uid: str, kind: str | None) -> ForeignToken | None:
    """A token of one partner. `kind` None: whatever type it has, if only one token has that uid."""
    params = {"source": source, "country": party.country_code, "party": party.party_id, "key": key_of(uid), "type": kind}
    rows = await (await work.conn.execute(sql.FIND, params)).fetchall()
    return _token(rows[0]) if len(rows) == 1 else None


async def shown(work: Work, uid: str, kind: str) -> list[ForeignToken]:
    """Every partner's token with that uid, as a reader shows it: told by its issuer itself before told by a hub."""
    rows = await (await work.conn.execute(sql.SHOWN, {"key": key_of(uid), "type": kind})).fetchall()
    return [_token(row) for row in rows]


async def _look_again(work: Work, told: Sequence[Token]) -> None:
    keys = {key_of(token.uid) for token in told}
    contracts = {token.contract_id for token in told}
    await work.conn.execute(sql.LOOK_AGAIN, {"keys": list(keys), "contracts": list(contracts), "now": work.ctx.clock.now()})


def _key(token: Token) -> tuple[str, str, str, str]:
    return token.party.country_code, token.party.party_id, key_of(token.uid), token.type.value


def _columns(page: Sequence[Received[Token]]) -> dict[str, list[object]]:
    tokens = [received.value for received in page]
    return {
        "country": [token.party.country_code for token in tokens],
        "party": [token.party.party_id for token in tokens],
        "uid": [token.uid for token in tokens],
        "key": [key_of(token.uid) for token in tokens],
        "type": [token.type.value for token in tokens],
        "contract": [token.contract_id for token in tokens],
        "issuer": [token.issuer for token in tokens],
        "group": [token.group_id for token in tokens],
        "valid": [token.valid for token in tokens],
        "whitelist": [token.whitelist.value for token in tokens],
        "last_updated": [token.last_updated for token in tokens],
        "raw": [received.raw.decode() for received in page],
        "version": [received.told.version or "" for received in page],
        "validation": [received.told.validation or "" for received in page],
    }


def _token(row: DictRow) -> ForeignToken:
    return ForeignToken(
        source=SourceId(row["source_id"]),
        party=PartyId(row["country_code"], row["party_id"]),
        uid=row["uid"],
        type=row["type"],
        valid=row["valid"],
        whitelist=row["whitelist"],
        body=Verbatim(row["raw"].encode(), row["ocpi_version"] or None),
    )
