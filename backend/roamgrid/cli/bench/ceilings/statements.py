"""The SQL of a use case alone: recorded while the use case runs once, then run again with nothing around it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any, NamedTuple

from psycopg import AsyncConnection, AsyncCursor, Connection
from psycopg.abc import Params, Query
from psycopg.rows import DictRow, dict_row

from roamgrid.cli.bench.world import Brand
from roamgrid.tenancy.database import Work, bind

SETTINGS = "select set_config('search_path', %s, false), set_config('enable_bitmapscan', 'off', false)"


class Statement(NamedTuple):
    """One statement with its parameters."""

    query: Query
    params: Params | None


class _Recording(AsyncCursor[Any]):
    """Keeps what it executes."""

    record: list[Statement]

    async def execute(self, query: Query, params: Params | None = None, **kwargs: Any) -> "_Recording":
        self.record.append(Statement(query, params))
        await super().execute(query, params, **kwargs)
        return self


@asynccontextmanager
async def recording(url: str, brand: Brand) -> AsyncIterator[tuple[Work, list[Statement]]]:
    """A unit of work, and a list that fills with what it executes; settings of the transaction are not among it."""
    record: list[Statement] = []
    cursor = type("_RecordingHere", (_Recording,), {"record": record})
    async with await AsyncConnection[DictRow].connect(url, row_factory=dict_row, cursor_factory=cursor) as conn:
        await bind(conn, brand.ctx.binding)
        yield Work(brand.ctx, conn), record
        record[:] = [one for one in record if "set_config" not in str(one.query)]


def replay(conn: Connection[Any], statements: Sequence[Sequence[Statement]], seconds: float) -> list[float]:
    """Run each sequence of statements round and round; how long each took, in seconds."""
    took: list[float] = []
    end = perf_counter() + seconds
    while perf_counter() < end:
        for sequence in statements:
            began = perf_counter()
            for statement in sequence:
                conn.execute(statement.query, statement.params).fetchall()
            took.append(perf_counter() - began)
    return took
