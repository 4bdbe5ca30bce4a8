"""PostgreSQL COPY: rows that are there already, into empty tables with the same columns, checks and indexes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed, Identifier

SCHEMA = "bench_copy"

_STORED_COLUMNS = """
select attname from pg_attribute
 where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum"""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table's rows in COPY's binary format."""

    table: str
    columns: tuple[str, ...]
    data: bytes


async def export(conn: AsyncConnection[Any], schema: str, tables: Sequence[str]) -> list[Rows]:
    """Everything in these tables; generated columns are generated again."""
    return [await _export(conn, schema, table) for table in tables]


async def make_tables(conn: AsyncConnection[Any], schema: str, tables: Sequence[str]) -> None:
    """Twins without foreign keys, in a schema of their own."""
    await conn.execute(SQL("drop schema if exists {} cascade").format(Identifier(SCHEMA)))
    await conn.execute(SQL("create schema {}").format(Identifier(SCHEMA)))
    for table in tables:
        statement = SQL("create table {} (like {} including all)")
        await conn.execute(statement.format(Identifier(SCHEMA, table), Identifier(schema, table)))


async def drop_tables(conn: AsyncConnection[Any]) -> None:
    await conn.execute(SQL("drop schema {} cascade").format(Identifier(SCHEMA)))


async def copy(conn: AsyncConnection[Any], rows: Sequence[Rows]) -> None:
    """All of it in one transaction; the connection is in autocommit mode."""
    async with conn.transaction(), conn.cursor() as cursor:
        for one in rows:
            statement = SQL("copy {} ({}) from stdin (format binary)").format(Identifier(SCHEMA, one.table), _list(one.columns))
            async with cursor.copy(statement) as stream:
                await stream.write(one.data)


async def _export(conn: AsyncConnection[Any], schema: str, table: str) -> Rows:
    named = Identifier(schema, table)
    found = await (await conn.execute(_STORED_COLUMNS, (named.as_string(conn),))).fetchall()
    columns = tuple(row[0] for row in found)
    statement = SQL("copy (select {} from {} order by id) to stdout (format binary)").format(_list(columns), named)
    async with conn.cursor() as cursor, cursor.copy(statement) as stream:
        return Rows(table, columns, b"".join([bytes(part) async for part in stream]))


def _list(columns: Sequence[str]) -> Composed:
    return SQL(", ").join(map(Identifier, columns))
