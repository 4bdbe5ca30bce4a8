"""Issue receipts, and show them."""

from dataclasses import asdict
from uuid import UUID

from sqlmodel import and_, col, or_, select

from roamgrid.bus.events import Event, publish
from roamgrid.core.sessions.models import Stream
from roamgrid.kernel.errors import NotFound
from roamgrid.kernel.ids import new_id
from roamgrid.settlement.journal.service import book_receipt
from roamgrid.settlement.receipts import repository
from roamgrid.settlement.receipts.models import Receipt, ReceiptLineRow, ReceiptPins, ReceiptRow, Visit
from roamgrid.settlement.retail import RetailBill
from roamgrid.tenancy.database import OrmWork

MAX_PAGE = 101


class UnknownReceipt(NotFound):
    """No such receipt of this brand."""

    code = "RECEIPT_UNKNOWN"


async def issue(
    work: OrmWork,
    *,
    cdr: UUID,
    charge_key: str,
    driver_id: UUID | None,
    reference: str | None,
    stream: Stream,
    bill: RetailBill,
    pins: ReceiptPins,
    visit: Visit,
) -> UUID:
    """Number the bill, book it, announce it (`receipt.issued.v1`). Returns the receipt's id.

    A second receipt for one CDR, one reference or one charge is refused by the database.
    """
    now = work.ctx.clock.now()
    receipt = new_id()
    series = f"R{now.year}"
    await book_receipt(work, receipt, bill, stream)
    sequence = await repository.next_number(work, series)
    work.session.add(
        ReceiptRow(
            id=receipt,
            series=series,
            sequence=sequence,
            number=f"{series}-{sequence:06}",
            cdr=cdr,
            charge_key=charge_key,
            driver_id=driver_id,
            authorization_reference=reference,
            stream=stream.value,
            currency=bill.currency,
            net=bill.net,
            tax_percent=bill.tax_percent,
            tax_name=bill.tax_name,
            tax=bill.tax,
            gross=bill.gross,
            issued_at=now,
            **asdict(pins),
            **asdict(visit),
        )
    )
    await work.session.flush()
    work.session.add_all(
        ReceiptLineRow(receipt=receipt, position=position, **asdict(line)) for position, line in enumerate(bill.lines, 1)
    )
    await work.session.flush()
    await publish(work, Event("receipt.issued.v1", f"receipt:{receipt}", 1, {"receipt": str(receipt)}))
    return receipt


async def is_billed(work: OrmWork, charge_key: str) -> bool:
    """Whether a receipt was issued for that charge."""
    return (await work.session.exec(select(ReceiptRow.id).where(ReceiptRow.charge_key == charge_key))).first() is not None


async def get(work: OrmWork, receipt: UUID) -> Receipt:
    """By id. Raises `UnknownReceipt`."""
    found = await repository.find(work, col(ReceiptRow.id) == receipt)
    if not found:
        raise UnknownReceipt(f"there is no receipt {receipt}")
    return found[0]


async def by_reference(work: OrmWork, reference: str) -> Receipt | None:
    """The receipt of the charge that was started under that reference."""
    found = await repository.find(work, col(ReceiptRow.authorization_reference) == reference)
    return found[0] if found else None


async def for_driver(work: OrmWork, driver_id: UUID, limit: int, before: UUID | None = None) -> list[Receipt]:
    """One page of a driver's receipts, newest first; `before`: the last receipt of the page before.

    At most `MAX_PAGE` of them. Raises `UnknownReceipt` when `before` is not one of this driver's.
    """
    theirs = col(ReceiptRow.driver_id) == driver_id
    if before is None:
        return await repository.find(work, theirs, limit=min(limit, MAX_PAGE))
    last = await repository.find(work, theirs, col(ReceiptRow.id) == before)
    if not last:
        raise UnknownReceipt(f"there is no receipt {before}", field="before")
    earlier = or_(
        col(ReceiptRow.issued_at) < last[0].issued_at,
        and_(col(ReceiptRow.issued_at) == last[0].issued_at, col(ReceiptRow.id) < before),
    )
    return await repository.find(work, theirs, earlier, limit=min(limit, MAX_PAGE))
