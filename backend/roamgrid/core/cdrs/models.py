"""What the CDR store hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.party import SourceId


class Outcome(StrEnum):
    """NEW: stored now. SAME: it was here with the same content. CONFLICT: it was here with other content; both are kept."""

    NEW = "new"
    SAME = "same"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class CdrReceipt:
    """What became of a CDR that a partner sent. `id` is ours; of a conflict it is the id of the first."""

    id: UUID
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class CdrRow:
    """A stored CDR with its verbatim body."""

    id: UUID
    source: SourceId
    cdr: Cdr
    raw: bytes
    content_hash: bytes
    received_at: datetime
