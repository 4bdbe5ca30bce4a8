"""Where partners leave the specification: counted per partner, module, kind and field, with the last example."""

from collections import Counter
from collections.abc import Iterable
from typing import LiteralString
from uuid import UUID

from roamgrid.ocpi.connections.redaction import redacted
from roamgrid.ocpi.wire.common.deviations import Deviation
from roamgrid.tenancy.database import Work

_EXAMPLE_CHARACTERS = 200

# Sorted keys: two transactions that count the same deviations lock them in the same order.
_RECORD = """
insert into ocpi_deviation as d (connection, module, code, field, count, example)
select %(connection)s, %(module)s, code, field, count, example
  from unnest(%(codes)s::text[], %(fields)s::text[], %(counts)s::bigint[], %(examples)s::text[])
    as seen (code, field, count, example)
 order by code, field
on conflict (connection, module, code, field) do update
   set count = d.count + excluded.count, last_seen = now(), example = excluded.example"""


async def record(work: Work, connection: UUID, module: str, deviations: Iterable[Deviation]) -> None:
    """Count deviations, however many, with one statement; none costs nothing."""
    for statement, params in statements(connection, module, deviations):
        await work.conn.execute(statement, params)


def statements(connection: UUID, module: str, deviations: Iterable[Deviation]) -> list[tuple[LiteralString, dict[str, object]]]:
    """The statement that counts them, for those who send several at once; empty when there is nothing to count."""
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for deviation in deviations:
        key = (deviation.code, storable(deviation.field))
        counts[key] += 1
        examples[key] = storable(redacted(deviation.field, deviation.example))
    if not counts:
        return []
    params: dict[str, object] = {
        "connection": connection,
        "module": module,
        "codes": [code for code, _ in counts],
        "fields": [field for _, field in counts],
        "counts": list(counts.values()),
        "examples": list(examples.values()),
    }
    return [(_RECORD, params)]


def storable(text: str) -> str:
    """Short, and without NUL characters, which PostgreSQL text cannot hold."""
    return text[:_EXAMPLE_CHARACTERS].replace("\0", "\N{REPLACEMENT CHARACTER}")
