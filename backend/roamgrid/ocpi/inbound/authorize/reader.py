"""One SELECT that authenticates the partner and finds the token, under a role that can read nothing else (D16).

The connections keep that role for their life, which is why the pool is for this statement only. They must reach PostgreSQL
directly or through a pooler in session mode: in transaction mode a session's role leaks to other clients (D2).
"""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier
from psycopg_pool import AsyncConnectionPool

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.tenancy.context import Binding

_PATIENCE_S = 3
"""Who waits longer for a connection takes the long way, and hears of it there."""

_FIND = SQL("""
select c.id, c.version, c.dialect, c.last_contact_at,
       t.country_code, t.party_id, t.uid, t.type, t.contract_id, t.issuer, t.valid, t.whitelist, t.last_updated,
       t.visual_number, t.group_id, t.language
  from {schema}.ocpi_connection c
  left join {schema}.token t on t.uid_key = %s and t.type = %s and (t.source_id is null or t.source_id = c.id)
 where c.our_token_digest in (%s, %s) and c.status = 'registered' and c.previous_token_digest is null""")


class Found(NamedTuple):
    """A partner in good standing, and the token if it is one of ours."""

    source: SourceId
    version: str
    dialect: str
    last_contact_at: datetime | None
    token: Token | None


class AuthorizeReader:
    """A pool of its own; `role` is `tenancy.naming.RoleNames.authorize`."""

    def __init__(self, url: str, role: str, *, max_connections: int = 8) -> None:
        self._role = role
        self._pool: AsyncConnectionPool[AsyncConnection[TupleRow]] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=max_connections,
            max_lifetime=1200,
            timeout=_PATIENCE_S,
            kwargs={"autocommit": True, "prepare_threshold": 0},
            configure=self._narrow,
            open=False,
        )

    async def open(self) -> None:
        """Connect. Raises `psycopg_pool.PoolTimeout`."""
        await self._pool.open(wait=True, timeout=10)

    async def close(self) -> None:
        await self._pool.close()

    async def find(self, binding: Binding, readings: tuple[str, str], uid: str, kind: TokenType) -> Found | None:
        """`readings`: digests of the two tokens that the header may stand for.

        None: no partner in good standing presents such a token; whoever asks takes the long way.
        """
        # Not `pool.connection()`: its commit at the end is a third of the price, and there is nothing to commit.
        conn = await self._pool.getconn()
        try:
            cursor = await conn.execute(_statement(binding.schema), (uid.casefold(), kind, *readings))
            row = await cursor.fetchone()
        finally:
            await self._pool.putconn(conn)
        return None if row is None else _found(row)

    async def _narrow(self, conn: AsyncConnection[Any]) -> None:
        await conn.execute("select set_config('role', %s, false)", (self._role,))


@lru_cache(maxsize=4096)
def _statement(schema: str) -> bytes:
    return _FIND.format(schema=Identifier(schema)).as_bytes(None)


def _found(row: TupleRow) -> Found:
    source: UUID = row[0]
    if row[6] is None:
        return Found(SourceId(source), row[1], row[2], row[3], None)
    token = Token(
        party=PartyId(row[4], row[5]),
        uid=row[6],
        type=TokenType(row[7]),
        contract_id=row[8],
        issuer=row[9],
        valid=row[10],
        whitelist=Whitelist(row[11]),
        last_updated=row[12],
        visual_number=row[13],
        group_id=row[14],
        language=row[15],
    )
    return Found(SourceId(source), row[1], row[2], row[3], token)
