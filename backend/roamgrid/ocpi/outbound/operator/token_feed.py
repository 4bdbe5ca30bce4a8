"""The tokens of a service provider, pulled page by page (OCPI 2.2.1, Tokens module, Sender interface)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from psycopg import DataError

from roamgrid.canonical.token import Token
from roamgrid.core.operator import foreign_tokens
from roamgrid.core.operator.foreign_tokens import Kept
from roamgrid.core.received import ObjectKey, Received
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.feed import StoredPage
from roamgrid.ocpi.received import received
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.tenancy.database import Work


@dataclass(frozen=True, slots=True)
class ReadTokens:
    """A page as it was read."""

    tokens: Sequence[Received[Token]]
    stored: StoredPage


@dataclass(frozen=True, slots=True)
class TokenFeed:
    """Tokens do not go: one that may be used no more is said not to be valid (OCPI 2.2.1, Tokens, Data lifecycle)."""

    module: str = "tokens"
    date_required: bool = False
    vanishes: bool = False

    async def prepare(self, work: Work, connection: Connection, adapter: Adapter, page: Sequence[bytes]) -> ReadTokens:
        stored, tokens = StoredPage(), []
        for raw in page:
            try:
                read = adapter.read(kinds.TOKEN, raw, connection.only_party)
            except Refused as problem:
                stored.refuse_unread(adapter, raw, problem)
                continue
            token = read.value
            stored.deviations.extend(read.deviations)
            stored.note_time(token.last_updated)
            stored.seen.add(ObjectKey(token.party.country_code, token.party.party_id, token.uid))
            if connection.may_own(token.party):
                tokens.append(received(adapter, read, raw))
            else:
                stored.refuse(adapter, raw, "/party_id", f"{token.party} is not one of their roles")
        return ReadTokens(tokens, stored)

    async def store(self, work: Work, connection: Connection, adapter: Adapter, prepared: ReadTokens) -> StoredPage:
        """What the database cannot hold is found one by one, so that the rest of the page is stored."""
        try:
            async with work.conn.transaction():
                _count(prepared.stored, await foreign_tokens.put_page(work, connection.id, prepared.tokens))
        except DataError:
            for one in prepared.tokens:
                await self._single(work, connection, adapter, one, prepared.stored)
        return prepared.stored

    async def finish(self, work: Work, connection: Connection, seen: Collection[ObjectKey]) -> int:
        """Tokens do not go."""
        return 0

    async def _single(
        self, work: Work, connection: Connection, adapter: Adapter, one: Received[Token], stored: StoredPage
    ) -> None:
        try:
            async with work.conn.transaction():
                _count(stored, [await foreign_tokens.put(work, connection.id, one)])
        except DataError as error:
            stored.refuse(adapter, one.raw, "/", f"cannot be stored: {error}")


def _count(stored: StoredPage, outcome: Sequence[Kept]) -> None:
    stored.inserted += outcome.count(Kept.NEW)
    stored.updated += outcome.count(Kept.CHANGED)
    stored.unchanged += outcome.count(Kept.SAME) + outcome.count(Kept.STALE)
