"""Bring cards into the store: the same file again changes nothing, and a line is imported whole or not at all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from roamgrid.canonical.contract_id import ContractId
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Allowed, TokenType
from roamgrid.core.tokens import repository as sql
from roamgrid.core.tokens import service
from roamgrid.core.tokens.announce import announce
from roamgrid.core.tokens.cards.card import Card, Code, Note, RefusedLine
from roamgrid.core.tokens.cards.file import Line
from roamgrid.core.tokens.listing import known_cards
from roamgrid.core.tokens.policy import default_whitelist
from roamgrid.core.tokens.service import NewToken
from roamgrid.core.tokens.uids import LONGEST_FOR_OCPP_1, reversed_key, uid_key
from roamgrid.identity.access import DriverId
from roamgrid.identity.drivers.models import Email
from roamgrid.identity.drivers.service import sign_up
from roamgrid.kernel.errors import DomainError
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work
from roamgrid.tenancy.declaration import TenantDeclaration

_IMPORTED = "not valid in the imported file"

Progress = Callable[[int], None]
"""Told how many lines are done."""


class Outcome(StrEnum):
    """What became of a line. WITHDRAWN: nothing was wrong with it, but all or nothing was asked for."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """A line's number and outcome. `notes`: why it is refused, or warnings."""

    line: int
    uid: str | None
    outcome: Outcome
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class _Issuing:
    """As whom cards are issued."""

    brand: TenantDeclaration

    @property
    def party(self) -> PartyId:
        first = self.brand.parties[0]
        return PartyId(first.country_code, first.party_id)

    def is_ours(self, contract: ContractId) -> bool:
        return any(PartyId(one.country_code, one.party_id) == contract.party for one in self.brand.parties)


class _Withdraw(Exception):
    """Rolls back an import of which all or nothing was asked."""


async def import_cards(
    database: Database,
    ctx: TenantContext,
    brand: TenantDeclaration,
    lines: Iterable[Line],
    *,
    all_or_nothing: bool = False,
    progress: Progress = lambda done: None,
) -> list[ImportedLine]:
    """One report line for each line of the file; each is a transaction of its own unless all or nothing is asked for.

    An import adds and revises; what a file does not state stays as it is, and no blocked card is unblocked by one.
    """
    judged = await _with_warnings(database, ctx, _once_each(lines))
    issuing = _Issuing(brand)
    if not all_or_nothing:
        done: list[ImportedLine] = []
        for report, card in judged:
            if card is not None:
                async with database.work(ctx) as work:
                    report = await _apply(work, issuing, report, card)
            done.append(report)
            progress(len(done))
        return done
    return await _all(database, ctx, issuing, judged, progress)


_Judged = tuple[ImportedLine, Card | None]


async def _all(
    database: Database, ctx: TenantContext, issuing: _Issuing, judged: Sequence[_Judged], progress: Progress
) -> list[ImportedLine]:
    done: list[ImportedLine] = []
    try:
        async with database.work(ctx) as work:
            for report, card in judged:
                done.append(report if card is None else await _apply(work, issuing, report, card))
                progress(len(done))
            if any(one.outcome is Outcome.REFUSED for one in done):
                raise _Withdraw
    except _Withdraw:
        return [one if one.outcome is Outcome.REFUSED else replace(one, outcome=Outcome.WITHDRAWN) for one in done]
    return done


def _once_each(lines: Iterable[Line]) -> list[_Judged]:
    seen: dict[str, int] = {}
    judged: list[_Judged] = []
    for number, found in lines:
        if isinstance(found, Note):
            judged.append((ImportedLine(number, None, Outcome.REFUSED, (found,)), None))
            continue
        first = seen.setdefault(uid_key(found.uid), number)
        if first == number:
            judged.append((ImportedLine(number, found.uid, Outcome.SAME), found))
        else:
            note = Note(Code.REPEATED, f"the card is on line {first} already", "uid")
            judged.append((ImportedLine(number, found.uid, Outcome.REFUSED, (note,)), None))
    return judged


async def _with_warnings(database: Database, ctx: TenantContext, judged: list[_Judged]) -> list[_Judged]:
    """Long numbers, and numbers that are another card's read backwards: in this file or in the store."""
    keys = {uid_key(card.uid) for _, card in judged if card is not None}
    async with database.work(ctx) as work:
        keys |= await known_cards(work, [twin for twin in map(reversed_key, keys) if twin is not None])
    return [(report if card is None else replace(report, notes=_warnings(card, keys)), card) for report, card in judged]


def _warnings(card: Card, keys: set[str]) -> tuple[Note, ...]:
    notes: list[Note] = []
    if len(card.uid) > LONGEST_FOR_OCPP_1:
        text = f"uid has {len(card.uid)} characters; stations of the OCPP 1.x generation carry {LONGEST_FOR_OCPP_1}"
        notes.append(Note(Code.LONG_UID, text, "uid"))
    twin = reversed_key(uid_key(card.uid))
    if twin in keys:
        notes.append(Note(Code.REVERSED_TWIN, f"card {twin} is this number read backwards: perhaps the same card", "uid"))
    return tuple(notes)


async def _apply(work: Work, issuing: _Issuing, report: ImportedLine, card: Card) -> ImportedLine:
    """A savepoint of its own: a refused line leaves no driver behind."""
    try:
        async with work.conn.transaction():
            outcome, notes = await _store(work, issuing, card)
    except RefusedLine as refused:
        return replace(report, outcome=Outcome.REFUSED, notes=(refused.note, *report.notes))
    except DomainError as error:
        return replace(report, outcome=Outcome.REFUSED, notes=(Note(Code.INVALID, error.message, error.field), *report.notes))
    return replace(report, outcome=outcome, notes=(*report.notes, *notes))


async def _store(work: Work, issuing: _Issuing, card: Card) -> tuple[Outcome, list[Note]]:
    notes = _foreign(issuing, card)
    driver = (await sign_up(work, Email.of(card.driver_email))).id if card.driver_email else None
    default = default_whitelist(issuing.brand.tokens, TokenType.RFID)
    if await service.issue(work, _new(issuing, card, driver), default):
        return Outcome.NEW, notes
    params = _stated(work, card, driver)
    known = await (await work.conn.execute(sql.OWNER, params)).fetchone()
    assert known is not None, "tokens are never deleted"
    if driver is not None and known["driver_id"] not in (None, driver):
        raise RefusedLine(Code.CARD_OF_ANOTHER_DRIVER, "the card belongs to another driver", "driver_email")
    if card.valid and known["refusal"] == Allowed.BLOCKED:
        notes.append(Note(Code.STAYS_BLOCKED, "the card is blocked; unblock it with `roamgrid token unblock`", "valid"))
    changed = await (await work.conn.execute(sql.REVISE, params)).fetchall()
    return (Outcome.CHANGED if await announce(work, changed) else Outcome.SAME), notes


def _new(issuing: _Issuing, card: Card, driver: DriverId | None) -> NewToken:
    return NewToken(
        uid=card.uid,
        type=TokenType.RFID,
        party=issuing.party,
        issuer=card.issuer or issuing.brand.name,
        contract_id=str(card.contract_id or ContractId.generate(issuing.party)),
        driver_id=driver,
        whitelist=card.whitelist,
        visual_number=card.visual_number or card.uid,
        group_id=card.group_id,
        language=card.language,
        valid_until=card.valid_until,
        refusal=Allowed.BLOCKED if card.valid is False else None,
        reason=_IMPORTED if card.valid is False else None,
    )


def _stated(work: Work, card: Card, driver: DriverId | None) -> dict[str, object]:
    """The parameters of `repository.REVISE`."""
    return {
        "uid_key": uid_key(card.uid),
        "type": TokenType.RFID,
        "contract": str(card.contract_id) if card.contract_id else None,
        "issuer": card.issuer,
        "visual_number": card.visual_number,
        "group": card.group_id,
        "language": card.language,
        "whitelist": card.whitelist,
        "valid_until": card.valid_until,
        "driver": driver,
        "refusal": Allowed.BLOCKED if card.valid is False else None,
        "reason": _IMPORTED if card.valid is False else None,
        "now": work.ctx.clock.now(),
    }


def _foreign(issuing: _Issuing, card: Card) -> list[Note]:
    if card.contract_id is None or issuing.is_ours(card.contract_id):
        return []
    return [Note(Code.FOREIGN_CONTRACT, f"{card.contract_id} is no contract of {issuing.party}", "contract_id")]
