"""Sessions and CDRs: what a partner's pushes lost is pulled, object by object, through the same core as the pushes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg import DataError

from roamgrid.core.cdrs import service as cdrs
from roamgrid.core.cdrs.models import Outcome
from roamgrid.core.received import ObjectKey
from roamgrid.core.sessions import service as sessions
from roamgrid.kernel.crypto import content_hash
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.feed import StoredPage
from roamgrid.ocpi.received import received, told
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.tenancy.database import Work

_REFUSED = "refused"

_KEEP = """
insert into ocpi_inbound (id, connection, module, method, path, body, body_hash, outcome)
values (%(id)s, %(connection)s, 'cdrs', 'PULL', '', %(body)s, %(hash)s, %(outcome)s)"""

# What is refused or in conflict comes again with every overlapping pull; it is kept once.
_KEEP_ONCE = """
insert into ocpi_inbound (id, connection, module, method, path, body, body_hash, outcome)
select %(id)s, %(connection)s, 'cdrs', 'PULL', '', %(body)s, %(hash)s, %(outcome)s
 where not exists (select from ocpi_inbound where connection = %(connection)s and module = 'cdrs' and body_hash = %(hash)s)"""


@dataclass(frozen=True, slots=True)
class SessionFeed:
    """The specification wants `date_from` here in every request."""

    module: str = "sessions"
    date_required: bool = True
    vanishes: bool = False

    async def prepare(self, work: Work, connection: Connection, adapter: Adapter, page: Sequence[bytes]) -> Sequence[bytes]:
        return page

    async def store(self, work: Work, connection: Connection, adapter: Adapter, prepared: Sequence[bytes]) -> StoredPage:
        """The session as last reported is not stored again: it would be announced again."""
        stored = StoredPage()
        for raw in prepared:
            try:
                await self._put(work, connection, adapter, raw, stored)
            except Refused as problem:
                stored.refuse_unread(adapter, raw, problem)
            except DataError as error:
                stored.refuse(adapter, raw, "/", f"cannot be stored: {error}")
        return stored

    async def finish(self, work: Work, connection: Connection, seen: Collection[ObjectKey]) -> int:
        """Sessions do not go."""
        return 0

    async def _put(self, work: Work, connection: Connection, adapter: Adapter, raw: bytes, stored: StoredPage) -> None:
        read = adapter.read(kinds.SESSION, raw, connection.only_party)
        session = read.value
        stored.note_time(session.last_updated)
        known = await sessions.find(work, connection.id, session.party, session.id)
        if known is not None and known.raw.encode() == raw:
            stored.unchanged += 1
            return
        async with work.conn.transaction():
            applied = (await sessions.put(work, connection.id, session, raw, told(adapter, read))).applied
        stored.deviations.extend(read.deviations)
        stored.inserted += applied and known is None
        stored.updated += applied and known is not None
        stored.unchanged += not applied


@dataclass(frozen=True, slots=True)
class CdrFeed:
    """Every body that is new is kept verbatim, also one that cannot be read (D6)."""

    module: str = "cdrs"
    date_required: bool = False
    vanishes: bool = False

    async def prepare(self, work: Work, connection: Connection, adapter: Adapter, page: Sequence[bytes]) -> Sequence[bytes]:
        return page

    async def store(self, work: Work, connection: Connection, adapter: Adapter, prepared: Sequence[bytes]) -> StoredPage:
        stored = StoredPage()
        for raw in prepared:
            try:
                await self._receive(work, connection, adapter, raw, stored)
            except Refused as problem:
                stored.refuse_unread(adapter, raw, problem)
                await _keep(work, connection, new_id(), raw, _REFUSED, once=True)
            except DataError as error:
                stored.refuse(adapter, raw, "/", f"cannot be stored: {error}")
                await _keep(work, connection, new_id(), raw, _REFUSED, once=True)
        return stored

    async def finish(self, work: Work, connection: Connection, seen: Collection[ObjectKey]) -> int:
        """CDRs do not go."""
        return 0

    async def _receive(self, work: Work, connection: Connection, adapter: Adapter, raw: bytes, stored: StoredPage) -> None:
        read = adapter.read(kinds.CDR, raw, connection.only_party)
        cdr = read.value
        stored.note_time(cdr.last_updated)
        known = await cdrs.verbatim(work, connection.id, cdr.party, cdr.id)
        if known is not None and known.raw == raw:
            stored.unchanged += 1
            return
        inbound = new_id()
        async with work.conn.transaction():
            outcome = (await cdrs.receive(work, connection.id, inbound, received(adapter, read, raw))).outcome
            await _keep(work, connection, inbound, raw, outcome, once=outcome is not Outcome.NEW)
        stored.deviations.extend(read.deviations)
        stored.inserted += outcome is Outcome.NEW
        stored.unchanged += outcome is Outcome.SAME
        if outcome is Outcome.CONFLICT:
            stored.refuse(adapter, raw, "/id", "has been sent with other content; both are kept")


async def _keep(work: Work, connection: Connection, inbound: UUID, raw: bytes, outcome: str, *, once: bool) -> None:
    params = {"id": inbound, "connection": connection.id, "body": raw, "hash": content_hash(raw), "outcome": outcome}
    await work.conn.execute(_KEEP_ONCE if once else _KEEP, params)
