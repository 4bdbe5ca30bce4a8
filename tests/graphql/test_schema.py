"""The schema is a contract: every change shows in the snapshot, and breaking ones are called so."""

import subprocess

import pytest

from roamgrid.graphql.driver.schema import driver_schema
from roamgrid.graphql.sdl import SNAPSHOTS, UnknownSchema, breaking_changes, sdl
from tests.conftest import ROOT

SNAPSHOT = SNAPSHOTS / "driver.graphql"


def test_the_snapshot_is_the_schema():
    assert SNAPSHOT.read_text() == sdl("driver"), "export it again: roamgrid schema export driver"


def test_nothing_that_the_last_commit_promised_is_gone():
    path = SNAPSHOT.relative_to(ROOT).as_posix()
    committed = subprocess.run(["git", "show", f"HEAD:{path}"], cwd=ROOT, capture_output=True, text=True, check=False)
    if committed.returncode != 0:
        pytest.skip(f"the last commit has no {path} to compare with")
    assert breaking_changes(committed.stdout, sdl("driver")) == []


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("type Query { a: Int b: Int }", "type Query { a: Int }", "Field Query.b was removed"),
        ("type Query { a: Int! }", "type Query { a: Int }", "Field Query.a changed type from Int! to Int"),
        ("type Query { a: Int }", "type Query { a(x: Int!): Int }", "A required argument Query.a(x:) was added"),
    ],
)
def test_breaking_changes_are_recognised(before, after, change):
    assert [found.rstrip(".") for found in breaking_changes(before, after)] == [change]


def test_an_addition_breaks_nothing():
    assert breaking_changes("type Query { a: Int }", "type Query { a: Int b: Int }") == []


def test_an_unknown_schema_is_refused():
    with pytest.raises(UnknownSchema):
        sdl("nonsense")


def test_every_type_says_what_it_is():
    silent = [
        name
        for name, kind in driver_schema()._schema.type_map.items()
        if kind.description is None and not name.startswith("__") and not name.endswith(("Input", "Result"))
    ]
    assert silent == []


def test_every_error_of_a_mutation_is_an_error():
    schema = driver_schema()._schema
    mutation = schema.mutation_type
    assert mutation is not None
    for field in mutation.fields.values():
        union = field.type.of_type
        for member in union.types:
            assert member.name.endswith("Payload") or [interface.name for interface in member.interfaces] == ["Error"]
