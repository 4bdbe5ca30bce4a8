"""What the tests of the core share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import psycopg
import pytest

from roamgrid.kernel import json
from roamgrid.tenancy.database import Database


@dataclass(frozen=True, slots=True)
class Announced:
    """One row of the outbox."""

    tenant: str
    type: str
    aggregate: str
    version: int
    payload: dict[str, str]


@pytest.fixture
def announced(database: Database) -> Callable[[], Awaitable[list[Announced]]]:
    """Every committed event, oldest first."""

    async def read() -> list[Announced]:
        async with await psycopg.AsyncConnection.connect(database.url) as conn:
            cursor = await conn.execute(
                "select tenant, type, aggregate, aggregate_version, payload from platform.outbox order by id"
            )
            return [Announced(row[0], row[1], row[2], row[3], json.loads(row[4])) for row in await cursor.fetchall()]

    return read
