"""Schemas as text: sorted, so that a snapshot changes only when the contract does."""

from collections.abc import Callable, Mapping
from pathlib import Path

import strawberry
from graphql import build_schema, find_breaking_changes, lexicographic_sort_schema, print_schema

from roamgrid.graphql.driver.schema import driver_schema
from roamgrid.kernel.errors import NotFound

SCHEMAS: Mapping[str, Callable[[], strawberry.Schema]] = {"driver": driver_schema}
SNAPSHOTS = Path(__file__).parent / "schema"


class UnknownSchema(NotFound):
    """There is no schema of that name."""

    code = "UNKNOWN_SCHEMA"
    hint = f"Known schemas: {', '.join(sorted(SCHEMAS))}."


def sdl(name: str) -> str:
    """The schema definition language of `driver`. Raises `UnknownSchema`."""
    if name not in SCHEMAS:
        raise UnknownSchema(f"there is no schema {name!r}")
    return print_schema(lexicographic_sort_schema(SCHEMAS[name]()._schema)) + "\n"


def breaking_changes(before: str, after: str) -> list[str]:
    """What a client of the schema `before` would stumble over in `after`, both SDL; such a change needs a date (D13)."""
    return [change.description for change in find_breaking_changes(build_schema(before), build_schema(after))]
