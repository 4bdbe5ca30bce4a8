"""What a receipt says."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Field, SQLModel

from roamgrid.canonical.money import CurrencyCode
from roamgrid.core.sessions.models import Stream


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line. `unit_price` is net; `net` is the line's share of the receipt's net total."""

    component: str
    origin: str
    text: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptPins:
    """The versions that the price was made from: the same that the offer named."""

    plan_version: UUID
    tariff_version: UUID | None
    rule_pack: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What the receipt is for: where, when and how much, as at the time of issue."""

    operator: str
    evse_id: str | None
    address: str
    city: str
    country: str
    started_at: datetime
    ended_at: datetime
    kwh: Decimal


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a driver paid for one charge. net + tax = gross; the lines add up to net."""

    id: UUID
    number: str
    driver_id: UUID | None
    cdr: UUID
    authorization_reference: str | None
    stream: Stream
    currency: CurrencyCode
    lines: tuple[ReceiptLine, ...]
    net: Decimal
    tax_percent: Decimal
    tax_name: str
    tax: Decimal
    gross: Decimal
    pins: ReceiptPins
    visit: Visit
    issued_at: datetime


class ReceiptRow(SQLModel, table=True):
    """The receipt table. `charge_key` names the charge: no charge is billed twice, however many CDRs tell of it."""

    __tablename__ = "receipt"

    id: UUID = Field(primary_key=True)
    series: str
    sequence: int
    number: str
    cdr: UUID
    charge_key: str
    driver_id: UUID | None
    authorization_reference: str | None
    stream: str
    currency: str
    net: Decimal
    tax_percent: Decimal
    tax_name: str
    tax: Decimal
    gross: Decimal
    plan_version: UUID
    tariff_version: UUID | None
    rule_pack: str
    issued_at: datetime
    started_at: datetime
    ended_at: datetime
    kwh: Decimal
    operator: str
    evse_id: str | None
    address: str
    city: str
    country: str


class ReceiptLineRow(SQLModel, table=True):
    """The lines of all receipts."""

    __tablename__ = "receipt_line"

    receipt: UUID = Field(primary_key=True, foreign_key="receipt.id")
    position: int = Field(primary_key=True)
    component: str
    origin: str
    text: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net: Decimal
