"""Records that we issue: who each is for, and the lists that partners fetch (OCPI 2.3.0, Invoice Reconciliation, Sender)."""

from datetime import datetime
from typing import Protocol, TypeVar

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.exchanged import service as exchanged
from roamgrid.core.exchanged.models import Exchanged, ExchangedKey, ExchangedKind, Stored
from roamgrid.core.operator.models import Window
from roamgrid.core.received import Received
from roamgrid.tenancy.database import Work


class Record(Protocol):
    """As the protocol has it."""

    @property
    def party(self) -> PartyId: ...

    @property
    def id(self) -> str: ...

    @property
    def last_updated(self) -> datetime: ...


R = TypeVar("R", bound=Record)


async def issue(work: Work, partner: SourceId, record: Received[R]) -> Stored:
    """Keep a record of ours, or the correction of one, for that partner and nobody else."""
    return await exchanged.put(work, key_of(partner, record.value), record, record.value.last_updated)


async def issued(work: Work, partner: SourceId, window: Window) -> tuple[list[Exchanged], int]:
    """What that partner is to know, the oldest change first, and how many there are in all."""
    return await exchanged.page(
        work,
        ExchangedKind.ISSUED_RECORD,
        partner,
        date_from=window.date_from,
        date_to=window.date_to,
        offset=window.offset,
        limit=window.limit,
    )


def key_of(partner: SourceId, record: Record) -> ExchangedKey:
    """Kept apart from what the partner issues itself."""
    return ExchangedKey(ExchangedKind.ISSUED_RECORD, partner, record.party, record.id)
