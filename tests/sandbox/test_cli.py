"""What can be asked of the counterparties on the command line without starting one."""

import json

import pytest
from typer.testing import CliRunner

from roamgrid.cli.sandbox import app
from roamgrid.sandbox.ocpi.quirks import quirks_of
from roamgrid.sandbox.ocpi.quirks.catalogue import Side


@pytest.mark.parametrize("side", ["cpo", "hub", "emsp"])
def test_habits_are_listed_for_programs(side: Side):
    listed = json.loads(CliRunner().invoke(app, [side, "--list-quirks", "--json"]).stdout)
    assert [item["name"] for item in listed] == [about.name for about in quirks_of(side)]
    assert all(side in item["sides"] and item["source"] and item["summary"] for item in listed)


@pytest.mark.parametrize(
    "wrong",
    [
        ["cpo", "--quirk", "nonsense"],
        ["cpo", "--quirk", "relative_cdr_location"],
        ["emsp", "--quirk", "wh_energy"],
        ["cpo", "--version", "3.0"],
        ["hub", "--markup-percent", "much"],
    ],
)
def test_what_makes_no_sense_is_wrong_usage(wrong: list[str]):
    assert CliRunner().invoke(app, wrong).exit_code == 2
