"""Issue, find and list tokens."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.canonical.contract_id import ContractId
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Allowed, Token, TokenRef, TokenType, Whitelist
from roamgrid.core.tokens import repository as sql
from roamgrid.core.tokens.announce import announce
from roamgrid.core.tokens.models import TokenPage, TokenRow
from roamgrid.core.tokens.uids import uid_key
from roamgrid.kernel.errors import Conflict
from roamgrid.tenancy.database import Work

_UID_BYTES = 10
"""Twenty hexadecimal characters: `uids.LONGEST_FOR_OCPP_1`."""


class TokenTaken(Conflict):
    """A card with this uid is registered already."""

    code = "TOKEN_TAKEN"
    hint = "Check the number on the card; if it is yours, ask the support to release it."


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token to be issued. `source`: the one partner that may know it, None for all. `whitelist` None: the brand's default
    for its type; stated, it is the token's own and no partner's contract changes it.
    """

    uid: str
    type: TokenType
    party: PartyId
    issuer: str
    contract_id: str
    driver_id: UUID | None = None
    source: SourceId | None = None
    whitelist: Whitelist | None = None
    visual_number: str | None = None
    group_id: str | None = None
    language: str | None = None
    valid_until: datetime | None = None
    refusal: Allowed | None = None
    reason: str | None = None


_UNSTATED = {TokenType.RFID: Whitelist.ALLOWED, TokenType.OTHER: Whitelist.ALLOWED}


async def app_token(work: Work, driver_id: UUID, source: SourceId, party: PartyId, issuer: str) -> Token:
    """The driver's token for one partner, made on first use: partners cannot recognise a driver across each other (D8)."""
    held = await _one(work, sql.APP_TOKEN, {"driver": driver_id, "source": source})
    if held is None:
        uid = secrets.token_hex(_UID_BYTES).upper()
        contract = str(ContractId.generate(party))
        await issue(work, NewToken(uid, TokenType.APP_USER, party, issuer, contract, driver_id, source))
        held = await _one(work, sql.APP_TOKEN, {"driver": driver_id, "source": source})
    if held is None:
        raise RuntimeError("an app token could neither be found nor made")
    return row_of(held).token


async def add_rfid(
    work: Work, driver_id: UUID | None, uid: str, party: PartyId, issuer: str, default: Whitelist | None = None
) -> Token:
    """Register a physical card; every partner will be told. `default`: the brand's whitelist for cards. Raises `TokenTaken`."""
    new = NewToken(uid, TokenType.RFID, party, issuer, str(ContractId.generate(party)), driver_id, visual_number=uid)
    return await _issued(work, new, default)


async def add_emaid(work: Work, driver_id: UUID | None, contract: ContractId, party: PartyId, issuer: str) -> Token:
    """Register a vehicle's contract (Plug & Charge): no partner is told, each asks in real time. Raises `TokenTaken`."""
    return await _issued(work, NewToken(contract.compact, TokenType.EMAID, party, issuer, str(contract), driver_id))


async def issue(work: Work, new: NewToken, default: Whitelist | None = None) -> bool:
    """Add a token, and announce a card; app tokens are told to nobody before they charge, vehicles' contracts never.

    False when there is such a token. `default`: the brand's whitelist for the type (`policy.default_whitelist`).
    """
    row = await _one(work, sql.ADD, _params(work, new, default))
    if row is not None and new.type in _UNSTATED:
        await announce(work, [row])
    return row is not None


async def find(work: Work, source: SourceId, uid: str, kind: TokenType | None = None) -> TokenRow | None:
    """A token that this partner may know, as it is told; uids compare as `uid_key` says."""
    row = await _one(work, sql.FIND, {"uid_key": uid_key(uid), "type": kind, "source": source})
    return row_of(row) if row else None


async def named(work: Work, source: SourceId, ref: TokenRef) -> TokenRow | None:
    """The token that a session or a CDR of this partner was made with. Where it tells the contract alone (OCPI 2.1.1), one
    of that contract."""
    if ref.type in TokenType.__members__ or ref.uid.casefold() != ref.contract_id.casefold():
        return await find(work, source, ref.uid, TokenType(ref.type) if ref.type in TokenType.__members__ else None)
    row = await _one(work, sql.BY_CONTRACT, {"contract": ref.contract_id, "source": source})
    return row_of(row) if row else await find(work, source, ref.uid)


async def get(work: Work, uid: str, kind: TokenType, source: SourceId | None = None) -> TokenRow | None:
    """A token of the brand, whoever may know it; whitelist as for `source`."""
    row = await _one(work, sql.GET, {"uid_key": uid_key(uid), "type": kind, "source": source})
    return row_of(row) if row else None


async def page(
    work: Work, source: SourceId, date_from: datetime | None, date_to: datetime | None, offset: int, limit: int
) -> TokenPage:
    """What this partner may see: all cards, and its own app tokens; oldest change first."""
    params = {"source": source, "date_from": date_from, "date_to": date_to, "offset": offset, "limit": limit}
    rows = await (await work.conn.execute(sql.PAGE, params)).fetchall()
    if rows:
        return TokenPage(tuple(row_of(row).token for row in rows), rows[0]["total"])
    counted = await _one(work, sql.COUNT, params)
    return TokenPage((), counted["total"] if counted else 0)


def _params(work: Work, new: NewToken, default: Whitelist | None) -> dict[str, object]:
    real_time = new.type not in _UNSTATED
    return {
        "uid": new.uid,
        "uid_key": uid_key(new.uid),
        "type": new.type,
        "country": new.party.country_code,
        "party": new.party.party_id,
        "contract": new.contract_id,
        "issuer": new.issuer,
        "visual_number": new.visual_number,
        "group": new.group_id,
        "language": new.language,
        "whitelist": Whitelist.NEVER if real_time else new.whitelist or default or _UNSTATED[new.type],
        "own_whitelist": new.whitelist is not None and not real_time,
        "now": work.ctx.clock.now(),
        "driver": new.driver_id,
        "source": new.source,
        "valid_until": new.valid_until,
        "refusal": new.refusal,
        "reason": new.reason,
    }


def row_of(row: DictRow) -> TokenRow:
    """A row of the store's columns."""
    token = Token(
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
    refusal = Allowed(row["refusal"]) if row["refusal"] else None
    return TokenRow(token, row["driver_id"], row["valid_until"], refusal, row["reason"])


async def _issued(work: Work, new: NewToken, default: Whitelist | None = None) -> Token:
    if not await issue(work, new, default):
        raise TokenTaken(f"token {new.uid} is registered already", field="uid")
    row = await get(work, new.uid, new.type)
    assert row is not None, "added in this transaction"
    return row.token


async def _one(work: Work, statement: str, params: Mapping[str, object]) -> DictRow | None:
    return await (await work.conn.execute(statement, params)).fetchone()
