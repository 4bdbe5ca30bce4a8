"""What we know of payments."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from roamgrid.canonical.money import Money


class PaymentState(StrEnum):
    """REQUESTED: on record, the provider's answer is not. HELD -> CAPTURED or CANCELLED. FAILED: refused."""

    REQUESTED = "requested"
    HELD = "held"
    CAPTURED = "captured"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment for one charge. `amount`: what was held; `captured`: what was taken of it."""

    reference: str
    driver_id: UUID
    amount: Money
    captured: Money
    state: PaymentState
    provider_ref: str | None
    failure: str | None
    created_at: datetime


class PaymentRow(SQLModel, table=True):
    """The payment table; `reference` is that of the charge."""

    __tablename__ = "payment"

    reference: str = Field(primary_key=True)
    driver_id: UUID
    currency: str
    amount: Decimal
    captured: Decimal
    state: str
    provider_ref: str | None
    failure: str | None
    created_at: datetime
    changed_at: datetime


class PaymentCustomerRow(SQLModel, table=True):
    """A driver's account at the provider."""

    __tablename__ = "payment_customer"

    driver_id: UUID = Field(primary_key=True)
    provider_ref: str
    method: str
    created_at: datetime


class ProviderEventRow(SQLModel, table=True):
    """The webhook inbox: verbatim bodies, each once."""

    __tablename__ = "provider_event"

    id: UUID = Field(primary_key=True)
    event_id: str
    type: str
    raw: str
    received_at: datetime
    handled_at: datetime | None
