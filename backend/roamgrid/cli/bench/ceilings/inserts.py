"""One INSERT and commit a body, over as many connections as the bare server has."""

import asyncio
from collections.abc import Sequence
from time import perf_counter

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from roamgrid.cli.bench.ceilings.bare import Pool

INSTALL = """
create table platform.bench_body (
    id uuid primary key default uuidv7(), body bytea not null, at timestamptz not null default now())"""
REMOVE = "drop table platform.bench_body"
INSERT = "insert into platform.bench_body (body) values (%b)"


async def store(shared: Pool, bodies: Sequence[bytes], tasks: int) -> float:
    """Store every body once; returns how long it took, in seconds."""
    waiting = iter(bodies)

    async def work() -> None:
        for body in waiting:
            async with shared.connection() as conn:
                await conn.execute(INSERT, (body,))

    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(tasks):
            group.create_task(work())
    return perf_counter() - began


async def install(owner: AsyncConnection[TupleRow]) -> None:
    await owner.execute(INSTALL)


async def remove(owner: AsyncConnection[TupleRow]) -> None:
    await owner.execute(REMOVE)
