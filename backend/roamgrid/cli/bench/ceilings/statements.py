"""The SQL of a use case alone: recorded while the use case runs once, then run again with nothing around it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any, NamedTuple, cast

from psycopg import AsyncConnection, AsyncCursor, Connection
from psycopg.abc import Params, QueryNoTemplate
from psycopg.rows import DictRow, dict_row

from roamgrid.cli.bench.world import Brand
from roamgrid.tenancy.database import Conn, Work, bind

SETTINGS = "select set_config('search_path', %s, false), set_config('enable_bitmapscan', 'off', false)"


class Statement(NamedTuple):
    """One statement with its parameters."""

    query: QueryNoTemplate
    params: Params | None


class _Recorder:
    """As much of a connection as use cases use."""

    def __init__(self, conn: Conn, record: list[Statement]) -> None:
        self._conn = conn
        self._record = record

    async def execute(self, query: QueryNoTemplate, params: Params | None = None) -> AsyncCursor[DictRow]:
        self._record.append(Statement(query, params))
        return await self._conn.execute(query, params)


@asynccontextmanager
async def recording(url: str, brand: Brand) -> AsyncIterator[tuple[Work, list[Statement]]]:
    """A unit of work, and a list of what it executed: complete at the end of the block, without settings."""
    record: list[Statement] = []
    async with await AsyncConnection[DictRow].connect(url, row_factory=dict_row) as conn:
        await bind(conn, brand.ctx.binding)
        yield Work(brand.ctx, cast(Conn, _Recorder(conn, record))), record
    record[:] = [one for one in record if "set_config" not in str(one.query)]


def replay(conn: Connection[Any], sequences: Sequence[Sequence[Statement]], seconds: float) -> list[float]:
    """Run each sequence of statements round and round; how long each took, in seconds."""
    took: list[float] = []
    end = perf_counter() + seconds
    while perf_counter() < end:
        for sequence in sequences:
            began = perf_counter()
            for statement in sequence:
                conn.execute(statement.query, statement.params).fetchall()
            took.append(perf_counter() - began)
    return took
