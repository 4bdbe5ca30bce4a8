"""Locations and tariffs: known by the hash of their bytes when unchanged, stored by the page, gone when a crawl misses them."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from psycopg import DataError

from roamgrid.canonical.location import Location
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.tariff import Tariff
from roamgrid.core.locations import service as locations
from roamgrid.core.received import ObjectKey, PageOutcome, Received
from roamgrid.core.tariffs import service as tariffs
from roamgrid.kernel.crypto import content_hash
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.feed import StoredPage
from roamgrid.ocpi.received import received as as_received
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.tenancy.database import Work


class _Owned(Protocol):
    """What locations and tariffs have in common."""

    @property
    def party(self) -> PartyId: ...
    @property
    def id(self) -> str: ...
    @property
    def last_updated(self) -> datetime: ...


T = TypeVar("T", bound=_Owned)


@dataclass(frozen=True, slots=True)
class ReadPage(Generic[T]):
    """A page as it was read: what is new in it, and what is known of the rest."""

    changed: Sequence[Received[T]]
    stored: StoredPage


@dataclass(frozen=True, slots=True)
class SetFeed(Generic[T]):
    """A feed whose objects the core takes by the page."""

    module: str
    kind: ObjectKind[T]
    unchanged: Callable[[Work, SourceId, Sequence[bytes]], Awaitable[dict[bytes, ObjectKey]]]
    apply_page: Callable[[Work, SourceId, Sequence[Received[T]]], Awaitable[PageOutcome]]
    finish_crawl: Callable[[Work, SourceId, Collection[ObjectKey]], Awaitable[int]]
    date_required: bool = False
    vanishes: bool = True

    async def prepare(self, work: Work, connection: Connection, adapter: Adapter, page: Sequence[bytes]) -> "ReadPage[T]":
        """Only objects whose bytes are new are read at all."""
        hashes = [content_hash(raw) for raw in page]
        known = await self.unchanged(work, connection.id, hashes)
        stored = StoredPage(seen=set(known.values()), unchanged=sum(hash_ in known for hash_ in hashes))
        changed = [raw for raw, hash_ in zip(page, hashes, strict=True) if hash_ not in known]
        return ReadPage(self._readable(connection.only_party, adapter, changed, stored), stored)

    async def store(self, work: Work, connection: Connection, adapter: Adapter, prepared: "ReadPage[T]") -> StoredPage:
        stored = prepared.stored
        stored.inserted, stored.updated = await self._apply(work, connection, adapter, prepared.changed, stored)
        return stored

    async def finish(self, work: Work, connection: Connection, seen: Collection[ObjectKey]) -> int:
        return await self.finish_crawl(work, connection.id, seen)

    def _readable(
        self, owner: PartyId | None, adapter: Adapter, page: Sequence[bytes], stored: StoredPage
    ) -> list[Received[T]]:
        received = []
        for raw in page:
            try:
                read = adapter.read(self.kind, raw, owner)
            except Refused as problem:
                stored.refuse_unread(adapter, raw, problem)
                continue
            stored.deviations.extend(read.deviations)
            stored.note_time(read.value.last_updated)
            stored.seen.add(ObjectKey(read.value.party.country_code, read.value.party.party_id, read.value.id))
            received.append(as_received(adapter, read, raw))
        return received

    async def _apply(
        self, work: Work, connection: Connection, adapter: Adapter, page: Sequence[Received[T]], stored: StoredPage
    ) -> PageOutcome:
        """What the database cannot hold is found by halving, so that the rest of the page is stored."""
        if not page:
            return PageOutcome(0, 0)
        try:
            async with work.conn.transaction():
                return await self.apply_page(work, connection.id, page)
        except DataError as error:
            if len(page) == 1:
                stored.refuse(adapter, page[0].raw, "/", f"cannot be stored: {error}")
                return PageOutcome(0, 0)
        middle = len(page) // 2
        first = await self._apply(work, connection, adapter, page[:middle], stored)
        second = await self._apply(work, connection, adapter, page[middle:], stored)
        return PageOutcome(first.inserted + second.inserted, first.updated + second.updated)


LOCATIONS: SetFeed[Location] = SetFeed(
    "locations", kinds.LOCATION, locations.unchanged, locations.apply_page, locations.finish_crawl
)
TARIFFS: SetFeed[Tariff] = SetFeed("tariffs", kinds.TARIFF, tariffs.unchanged, tariffs.apply_page, tariffs.finish_crawl)
