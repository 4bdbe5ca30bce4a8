"""One SELECT that authenticates the partner and finds the token, under a role that can read nothing else (D16).

The connections keep that role for their life, which is why the pool is for this statement only. They must reach PostgreSQL
directly or through a pooler in session mode: in transaction mode a session's role leaks to other clients (D2).
"""

import asyncio
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier
from psycopg_pool import AsyncConnectionPool

from roamgrid.canonical.party import SourceId
from roamgrid.core.tokens.standing import COLUMNS, JOINS, Asked, Standing, standing_of
from roamgrid.tenancy.context import Binding

_USES = 10_000
"""How often a connection serves before the pool looks after it: its age, whether somebody closed it."""
_PATIENCE_S = 3
"""Who waits longer for a connection takes the long way, and hears of it there."""

_FIND = SQL("""
select c.id, c.version, c.dialect, c.last_contact_at, {columns}
  from {schema}.ocpi_connection c {joins}
 where c.our_token_digest in (%(one)s, %(other)s) and c.status = 'registered' and c.previous_token_digest is null
   and c.as_role <> 'CPO'""")


class Found(NamedTuple):
    """A partner in good standing, and what is known of the token if it is one of ours."""

    source: SourceId
    version: str
    dialect: str
    last_contact_at: datetime | None
    standing: Standing | None


class AuthorizeReader:
    """A pool of its own; `role` is `tenancy.naming.RoleNames.authorize`."""

    def __init__(self, url: str, role: str, *, max_connections: int = 8) -> None:
        self._role = role
        self._free = asyncio.Semaphore(max_connections)
        self._at_hand: list[tuple[AsyncConnection[TupleRow], int]] = []
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
        while self._at_hand:
            await self._pool.putconn(self._at_hand.pop()[0])
        await self._pool.close()

    async def find(self, binding: Binding, readings: tuple[str, str], asked: Asked, now: datetime) -> Found | None:
        """`readings`: digests of the two tokens that the header may stand for.

        None: no partner in good standing presents such a token; whoever asks takes the long way. Raises `TimeoutError`,
        `psycopg_pool.PoolTimeout`, `psycopg.OperationalError`.
        """
        params = {**asked.params(now), "one": readings[0], "other": readings[1]}
        await self._turn()
        try:
            row = await self._row(_statement(binding.schema), params)
        finally:
            self._free.release()
        return None if row is None else Found(SourceId(row[0]), row[1], row[2], row[3], standing_of(row[4:]))

    async def _turn(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        async with asyncio.timeout(_PATIENCE_S):
            await self._free.acquire()

    async def _row(self, statement: bytes, params: dict[str, Any]) -> TupleRow | None:
        """Connections stay at hand between questions: asking the pool for one each time is a tenth of the price."""
        conn, uses = self._at_hand.pop() if self._at_hand else (await self._pool.getconn(), _USES)
        try:
            row = await (await conn.execute(statement, params)).fetchone()
        except BaseException:
            await self._pool.putconn(conn)
            raise
        if uses > 1:
            self._at_hand.append((conn, uses - 1))
        else:
            await self._pool.putconn(conn)
        return row

    async def _narrow(self, conn: AsyncConnection[Any]) -> None:
        """The plan is the same for every token: the server shall not make one each time."""
        await conn.execute(
            "select set_config('role', %s, false), set_config('plan_cache_mode', 'force_generic_plan', false)", (self._role,)
        )


@lru_cache(maxsize=4096)
def _statement(schema: str) -> bytes:
    name = Identifier(schema)
    return _FIND.format(schema=name, columns=COLUMNS, joins=JOINS.format(schema=name)).as_bytes(None)
