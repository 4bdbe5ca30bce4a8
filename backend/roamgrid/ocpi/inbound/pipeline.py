"""Statements sent together and answered together: one round trip, one implicit transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

Statement = tuple[LiteralString, Sequence[object] | Mapping[str, object]]

_PATIENCE_S = 3


class Pipeline:
    """A small pool of its own: a slow page of a feed never waits in front of a charging driver."""

    def __init__(self, url: str, *, max_connections: int = 8) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=max_connections,
            max_lifetime=1200,
            timeout=_PATIENCE_S,
            kwargs={"row_factory": dict_row, "autocommit": True, "prepare_threshold": 0},
            open=False,
        )

    async def open(self) -> None:
        """Connect. Raises `psycopg_pool.PoolTimeout`."""
        await self._pool.open(wait=True, timeout=10)

    async def close(self) -> None:
        await self._pool.close()

    async def run(self, *statements: Statement) -> DictRow | None:
        """All of them or none; returns the first row of the last one. Raises what any of them raises."""
        # Not `pool.connection()`: the pipeline has committed when it ends.
        conn = await self._pool.getconn()
        try:
            async with conn.pipeline():
                for statement, params in statements[:-1]:
                    await conn.execute(statement, params)
                last: Any = await conn.execute(*statements[-1])
            return await last.fetchone() if last.description else None
        finally:
            await self._pool.putconn(conn)
