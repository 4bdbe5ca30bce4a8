"""What settlement made of the CDRs, read as the database's owner."""

import asyncio
from collections.abc import Callable, Sequence
from time import perf_counter

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from roamgrid.cli.bench.stand import NotAsExpected
from roamgrid.cli.bench.world import Brand

_POLL_S = 0.02
_SETTLED = SQL("select count(*) from {}")
_NOT_BILLED = SQL("select coalesce(reason, state), count(*) from {} where state <> 'billed' group by 1")
_UNBALANCED = SQL("select count(*) from (select from {} group by entry, currency having sum(amount) <> 0) as entries")
_RECEIPTS = SQL("select count(*) from {}")


class Books:
    """The brands' dispositions, receipts and journals."""

    def __init__(self, owner: AsyncConnection[TupleRow], brands: Sequence[Brand]) -> None:
        self._owner = owner
        self._brands = brands

    async def settled(self) -> int:
        return sum([row[0] for row in await self._each(_SETTLED, "disposition")])

    async def wait_for(self, settled: int, seconds: float, check: Callable[[], None]) -> None:
        """Raises `NotAsExpected` when settling takes longer, and what `check` raises when nobody settles any more."""
        end = perf_counter() + seconds
        while (now := await self.settled()) < settled:
            check()
            if perf_counter() > end:
                raise NotAsExpected(f"{now} of {settled} CDRs are settled after {seconds:.0f} s")
            await asyncio.sleep(_POLL_S)

    async def check(self) -> None:
        """Raises `NotAsExpected` unless every CDR was billed and every entry balances."""
        if odd := await self._each(_NOT_BILLED, "disposition"):
            raise NotAsExpected(f"not every CDR was billed: {odd}")
        if unbalanced := sum([row[0] for row in await self._each(_UNBALANCED, "posting")]):
            raise NotAsExpected(f"{unbalanced} journal entries do not balance")
        receipts = sum([row[0] for row in await self._each(_RECEIPTS, "receipt")])
        if receipts != await self.settled():
            raise NotAsExpected(f"{receipts} receipts for {await self.settled()} CDRs")

    async def _each(self, statement: SQL, table: str) -> list[TupleRow]:
        rows: list[TupleRow] = []
        for brand in self._brands:
            query: Composed = statement.format(Identifier(brand.ctx.binding.schema, table))
            rows += await (await self._owner.execute(query)).fetchall()
        return rows
