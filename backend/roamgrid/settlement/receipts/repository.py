"""Reading receipts, and the counter that numbers them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, text
from sqlmodel import col, select

from roamgrid.canonical.money import CurrencyCode
from roamgrid.core.sessions.models import Stream
from roamgrid.settlement.receipts.models import Receipt, ReceiptLine, ReceiptLineRow, ReceiptPins, ReceiptRow, Visit
from roamgrid.tenancy.database import OrmWork

# The row stays locked until the transaction ends: one that rolls back gives its number back, so that none is ever missing.
_NEXT = text("""
    insert into receipt_series (series, issued) values (:series, 1)
    on conflict (series) do update set issued = receipt_series.issued + 1 returning issued""")


async def next_number(work: OrmWork, series: str) -> int:
    """The next number of a series, gapless: taken last, for it holds up every other receipt of the series."""
    connection = await work.session.connection()
    number: int = (await connection.execute(_NEXT, {"series": series})).scalar_one()
    return number


async def find(work: OrmWork, *conditions: ColumnElement[bool], limit: int = 1) -> list[Receipt]:
    """Receipts, newest first, with their lines: two statements."""
    statement = select(ReceiptRow).where(*conditions).order_by(col(ReceiptRow.issued_at).desc(), col(ReceiptRow.id).desc())
    rows = (await work.session.exec(statement.limit(limit))).all()
    lines = await _lines_of(work, [row.id for row in rows])
    return [_receipt(row, lines[row.id]) for row in rows]


async def _lines_of(work: OrmWork, receipts: Sequence[UUID]) -> dict[UUID, list[ReceiptLine]]:
    found: dict[UUID, list[ReceiptLine]] = defaultdict(list)
    if receipts:
        statement = select(ReceiptLineRow).where(col(ReceiptLineRow.receipt).in_(receipts))
        for row in await work.session.exec(statement.order_by(col(ReceiptLineRow.position))):
            found[row.receipt].append(ReceiptLine(**_columns(row, ReceiptLine)))
    return found


def _receipt(row: ReceiptRow, lines: Sequence[ReceiptLine]) -> Receipt:
    return Receipt(
        **{
            **_columns(row, Receipt, "lines", "pins", "visit"),
            "stream": Stream(row.stream),
            "currency": CurrencyCode(row.currency),
            "lines": tuple(lines),
            "pins": ReceiptPins(**_columns(row, ReceiptPins)),
            "visit": Visit(**_columns(row, Visit)),
        }
    )


def _columns(row: ReceiptRow | ReceiptLineRow, value: type[Any], *without: str) -> dict[str, Any]:
    """The columns that bear the names of a value's fields."""
    return {field.name: getattr(row, field.name) for field in fields(value) if field.name not in without}
