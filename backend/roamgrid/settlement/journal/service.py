"""Book: which accounts each business event moves."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import select

from roamgrid.canonical.money import Money
from roamgrid.canonical.party import PartyId
from roamgrid.core.sessions.models import Stream
from roamgrid.kernel.ids import new_id
from roamgrid.settlement.journal.models import (
    PSP_CLEARING,
    RECEIVABLE,
    ROAMING_COST,
    VAT,
    EntryKind,
    JournalEntryRow,
    Posting,
    PostingRow,
    payable,
    revenue,
)
from roamgrid.settlement.retail import RetailBill
from roamgrid.tenancy.database import OrmWork


async def book_receipt(work: OrmWork, receipt: UUID, bill: RetailBill, stream: Stream) -> None:
    """The driver owes gross: net is revenue of the stream, tax is the state's."""
    postings = [
        Posting(RECEIVABLE, bill.gross, bill.currency),
        Posting(revenue(stream), -bill.net, bill.currency),
        Posting(VAT, -bill.tax, bill.currency),
    ]
    await _book(work, EntryKind.RECEIPT, str(receipt), postings)


async def book_wholesale(work: OrmWork, cdr: UUID, operator: PartyId, claim: Money) -> None:
    """We owe the operator what it claims, net and unrounded: the operator's invoice rounds its own sum."""
    cost = Posting(ROAMING_COST, claim.amount, claim.currency)
    await _book(work, EntryKind.WHOLESALE, str(cdr), [cost, Posting(payable(operator), -claim.amount, claim.currency)])


async def book_capture(work: OrmWork, reference: str, captured: Money) -> None:
    """The payment provider owes us what it captured, the driver owes that much less."""
    paid = Posting(PSP_CLEARING, captured.amount, captured.currency)
    await _book(work, EntryKind.CAPTURE, reference, [paid, Posting(RECEIVABLE, -captured.amount, captured.currency)])


async def is_booked(work: OrmWork, kind: EntryKind, ref: str) -> bool:
    """Whether there is an entry of that kind for `ref`."""
    statement = select(JournalEntryRow.id).where(JournalEntryRow.kind == kind.value, JournalEntryRow.ref == ref)
    return (await work.session.exec(statement)).first() is not None


async def _book(work: OrmWork, kind: EntryKind, ref: str, postings: Sequence[Posting]) -> None:
    """Nothing is booked where nothing moves. A second entry of that kind for `ref` is refused by the database."""
    moved = [posting for posting in postings if posting.amount]
    if not moved:
        return
    entry = JournalEntryRow(id=new_id(), kind=kind.value, ref=ref, at=work.ctx.clock.now())
    work.session.add(entry)
    await work.session.flush()
    work.session.add_all(
        PostingRow(entry=entry.id, position=position, account=posting.account, amount=posting.amount, currency=posting.currency)
        for position, posting in enumerate(moved, 1)
    )
    await work.session.flush()
