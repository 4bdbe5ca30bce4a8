"""What a pull does with one page: told apart are feeds stored by the page (`set_feed`) and by the object (`row_feeds`)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from roamgrid.core.received import ObjectKey
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.tenancy.database import Work


@dataclass(slots=True)
class StoredPage:
    """What became of a page.

    `seen`: every object it showed, also unchanged and refused ones. `newest`: the latest `last_updated` that was read.
    """

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    newest: datetime | None = None
    seen: set[ObjectKey] = field(default_factory=set)
    deviations: list[Deviation] = field(default_factory=list)

    def note_time(self, last_updated: datetime) -> None:
        if self.newest is None or last_updated > self.newest:
            self.newest = last_updated

    def refuse(self, adapter: Adapter, raw: bytes, field_: str, reason: str) -> None:
        """One bad object never fails its page; that it is there at all still counts."""
        self.refused += 1
        self.deviations.append(Deviation(Code.REFUSED, field_, reason[:120]))
        key = adapter.read_key(raw)
        if key is not None:
            party, object_id = key
            self.seen.add(ObjectKey(party.country_code, party.party_id, object_id))

    def refuse_unread(self, adapter: Adapter, raw: bytes, problem: Refused) -> None:
        self.refuse(adapter, raw, problem.field or "/", problem.reason)


P = TypeVar("P")


class Feed(Protocol[P]):
    """One module's list. A page is prepared while the one before it is being stored.

    `date_required`: the list cannot be asked for without `date_from`. `vanishes`: what a complete crawl does not show is gone.
    """

    @property
    def module(self) -> str: ...

    @property
    def date_required(self) -> bool: ...

    @property
    def vanishes(self) -> bool: ...

    async def prepare(self, work: Work, connection: Connection, adapter: Adapter, page: Sequence[bytes]) -> P:
        """Whatever can be done with a page before the one before it is stored; changes nothing."""
        ...

    async def store(self, work: Work, connection: Connection, adapter: Adapter, prepared: P) -> StoredPage:
        """Store a page in the running transaction."""
        ...

    async def finish(self, work: Work, connection: Connection, seen: Collection[ObjectKey]) -> int:
        """After a complete, unfiltered crawl: take what was not shown for gone; returns how many."""
        ...
