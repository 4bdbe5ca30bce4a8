"""What a journal entry is made of."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import PartyId
from roamgrid.core.sessions.models import Stream

RECEIVABLE = "accounts_receivable"
VAT = "vat_payable"
ROAMING_COST = "roaming_cost"
PSP_CLEARING = "psp_clearing"


def revenue(stream: Stream) -> str:
    """The revenue account of a billing stream."""
    return f"revenue:{stream}"


def payable(party: PartyId) -> str:
    """What we owe an operator."""
    return f"payable:{party}"


class EntryKind(StrEnum):
    """RECEIPT: a driver owes (`ref` a receipt). WHOLESALE: we owe an operator (a CDR). CAPTURE: a driver paid (a payment)."""

    RECEIPT = "receipt"
    WHOLESALE = "wholesale"
    CAPTURE = "capture"


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry: positive is debit, negative is credit."""

    account: str
    amount: Decimal
    currency: CurrencyCode


class JournalEntryRow(SQLModel, table=True):
    """One business event in the books; `ref` names what it tells of, once per kind."""

    __tablename__ = "journal_entry"

    id: UUID = Field(primary_key=True)
    kind: str
    ref: str
    at: datetime


class PostingRow(SQLModel, table=True):
    """One posting of an entry."""

    __tablename__ = "posting"

    entry: UUID = Field(primary_key=True, foreign_key="journal_entry.id")
    position: int = Field(primary_key=True)
    account: str
    amount: Decimal
    currency: str
