"""To whom a charge at our stations is told: the one partner whose token it was made with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import TokenRef
from roamgrid.core.operator import address_sql as sql
from roamgrid.core.operator import token_sql
from roamgrid.core.operator.foreign_tokens import key_of
from roamgrid.core.operator.models import ChargeKind
from roamgrid.core.parties import standing
from roamgrid.core.parties.standing import SourceKind
from roamgrid.kernel import json
from roamgrid.tenancy.database import Work

TRY_AGAIN_AFTER = timedelta(hours=1)
"""A partner may register late; a token that comes makes it at once."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """The connection over which a charge is told. `receiver`: whose token it was, where that is known: a hub passes it on to
    that party. `token`: as its issuer told it. `told_at`, `their_url`: a record is told once, and kept there.
    """

    connection: SourceId
    receiver: PartyId | None = None
    token: TokenRef | None = None
    told_at: datetime | None = None
    their_url: str | None = None


class Nobody(StrEnum):
    """Why a charge is told to no partner.

    OURS: one of our own drivers. UNKNOWN_TOKEN: nobody told that token, and its issuer is no partner of ours. AMBIGUOUS: more
    than one party told it, and the charge does not say which one; telling the wrong one would show it a stranger's charge.
    """

    OURS = "OURS"
    UNKNOWN_TOKEN = "UNKNOWN_TOKEN"
    AMBIGUOUS = "AMBIGUOUS"


@dataclass(frozen=True, slots=True)
class Unaddressed:
    """A charge that waits for its partner, for staff. `issuer`: the party that the charge names."""

    kind: ChargeKind
    object: UUID
    reason: Nobody
    issuer: str | None
    since: datetime


async def look_up(work: Work, token: TokenRef, partners: Collection[SourceId], ours: Collection[PartyId]) -> Addressee | Nobody:
    """Whose token a charge was made with: who told the token, else who registered its issuer, else the hub that lists it.

    `partners`: the connections that we face as an operator; nobody else is told of a charge.
    """
    if token.party in ours:
        return Nobody.OURS
    told_by = await _told_by(work, token, partners)
    if told_by:
        several = len({one.receiver for one in told_by}) > 1
        return Nobody.AMBIGUOUS if several else told_by[0]
    if token.party is None:
        return Nobody.OURS if await _is_ours(work, token) else Nobody.UNKNOWN_TOKEN
    reaching = [source for source in await standing.reaching(work, token.party) if source in partners]
    hubs = {source for source, one in (await standing.standings(work, reaching)).items() if one.kind is SourceKind.HUB}
    ordered = sorted(reaching, key=lambda source: source in hubs)
    return Addressee(ordered[0], token.party, token) if ordered else Nobody.UNKNOWN_TOKEN


async def address(work: Work, kind: ChargeKind, object_: UUID, connection: UUID, token: TokenRef | None = None) -> None:
    """Remember whom a session or a CDR is for, and the token as its issuer told it. Said again, nothing changes."""
    params = {
        "kind": kind,
        "object": object_,
        "connection": connection,
        "receiver": str(token.party) if token and token.party else None,
        "token": json.encode(token) if token else None,
    }
    await work.conn.execute(sql.ADDRESS, params)


async def addressee(work: Work, kind: ChargeKind, object_: UUID) -> Addressee | None:
    """The partner that a session or a CDR is for, when it is known."""
    row = await (await work.conn.execute(sql.ADDRESSEE, {"kind": kind, "object": object_})).fetchone()
    if row is None:
        return None
    receiver = PartyId.of(*row["receiver"].split("*", 1)) if row["receiver"] else None
    return Addressee(SourceId(row["connection"]), receiver, None, row["told_at"], row["their_url"])


async def told(work: Work, kind: ChargeKind, object_: UUID, connection: UUID, their_url: str | None) -> None:
    """The partner has it. `their_url`: where it keeps it, if it said so."""
    params = {"kind": kind, "object": object_, "connection": connection, "url": their_url, "now": work.ctx.clock.now()}
    await work.conn.execute(sql.TOLD, params)


async def note_nobody(work: Work, kind: ChargeKind, object_: UUID, token: TokenRef, reason: Nobody) -> None:
    """A charge without a partner waits visibly, is announced once (`charge.unaddressed.v1`), and is looked at again."""
    if reason is Nobody.OURS:
        await work.conn.execute(sql.SETTLED, {"kind": kind, "object": object_})
        return
    now = work.ctx.clock.now()
    params = {
        "kind": kind,
        "object": object_,
        "reason": reason,
        "key": key_of(token.uid),
        "contract": token.contract_id,
        "issuer": str(token.party) if token.party else None,
        "now": now,
        "again": now + TRY_AGAIN_AFTER,
    }
    row = await (await work.conn.execute(sql.NOBODY, params)).fetchone()
    if row is not None and row["inserted"]:
        payload = {"kind": kind.value, "object": str(object_), "reason": reason.value}
        await publish(work, Event("charge.unaddressed.v1", f"{kind}:{object_}", 1, payload))


async def due(work: Work, most: int) -> list[tuple[ChargeKind, UUID]]:
    """Charges that are to be looked at again now."""
    rows = await (await work.conn.execute(sql.DUE, {"now": work.ctx.clock.now(), "most": most})).fetchall()
    return [(ChargeKind(row["kind"]), row["object"]) for row in rows]


async def unaddressed(work: Work, most: int = 100) -> list[Unaddressed]:
    """The charges that wait for a partner, the oldest first."""
    rows: Sequence[DictRow] = await (await work.conn.execute(sql.UNADDRESSED, {"most": most})).fetchall()
    return [
        Unaddressed(ChargeKind(row["kind"]), row["object"], Nobody(row["reason"]), row["issuer"], row["since"]) for row in rows
    ]


async def _told_by(work: Work, token: TokenRef, partners: Collection[SourceId]) -> list[Addressee]:
    params = {
        "partners": list(partners),
        "country": token.party.country_code if token.party else None,
        "party": token.party.party_id if token.party else None,
        "key": key_of(token.uid),
        "contract": token.contract_id,
    }
    rows = await (await work.conn.execute(token_sql.OWNERS, params)).fetchall()
    named = [row for row in rows if row["by_contract"]] if token.party is None else []
    return [_of(row) for row in named or rows]


def _of(row: DictRow) -> Addressee:
    party = PartyId(row["country_code"], row["party_id"])
    return Addressee(SourceId(row["source_id"]), party, TokenRef(row["uid"], row["type"], row["contract_id"], party))


async def _is_ours(work: Work, token: TokenRef) -> bool:
    row = await (await work.conn.execute(sql.OURS, {"contract": token.contract_id})).fetchone()
    return row is not None and bool(row["ours"])
