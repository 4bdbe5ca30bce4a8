"""What the store of exchanged objects takes and hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.received import Verbatim


class ExchangedKind(StrEnum):
    """Kinds of objects that only optional modules know."""

    TERMINAL = "terminal"
    FINANCIAL_ADVICE = "financial_advice"
    BOOKING_LOCATION = "booking_location"
    BOOKING = "booking"
    INVOICE_RECORD = "invoice_record"
    ISSUED_RECORD = "issued_record"
    """An invoice record of ours; its source is the partner that it is for."""


@dataclass(frozen=True, slots=True)
class ExchangedKey:
    """Which object. `party` None: the object has no owner besides the partner that told it. Ids compare without case."""

    kind: ExchangedKind
    source: SourceId
    party: PartyId | None
    id: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What a push did. `id` None: it was older than what is held, or says nothing new."""

    id: UUID | None
    inserted: bool


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A held object. `withdrawn`: its owner said that it was a mistake."""

    key: ExchangedKey
    body: Verbatim
    last_updated: datetime
    withdrawn: bool
