"""A check: one question to a counterparty, as data."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from roamgrid.ocpi.conformance.subject import Subject
from roamgrid.ocpi.conformance.verdicts import Finding
from roamgrid.ocpi.connections.model import Side

Ask = Callable[[Subject], Awaitable[Finding]]


class Needs(StrEnum):
    """READS changes nothing there. WRITES leaves a token or a CDR about nothing, or asks for what must be refused."""

    READS = "reads"
    WRITES = "writes"


@dataclass(frozen=True, slots=True)
class Check:
    """`id` is stable; `reference`: chapter of the specification. `side`: which side of theirs is asked; None: any.

    `module`: skipped unless they offer it in a role that we call. `versions`: None for all.
    """

    id: str
    title: str
    reference: str
    ask: Ask
    side: Side | None = None
    module: str | None = None
    versions: tuple[str, ...] | None = None
    needs: Needs = Needs.READS
    hint: str = ""
