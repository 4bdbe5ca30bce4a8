"""`roamgrid token`: import, list, block, unblock, alarms."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from roamgrid.cli.token import app


@pytest.fixture
def roamgrid(monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, clean_tables: None) -> Any:
    """Runs a command against the test's database; returns exit code and what it printed as JSON."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)

    def run(*arguments: str, tenant: str = "voltara") -> tuple[int, Any]:
        done = CliRunner().invoke(app, [*arguments, "--tenant", tenant, "--json"])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, json.loads(done.stdout)

    return run


def test_cards_are_imported_blocked_listed_and_unblocked(roamgrid: Any, tmp_path: Path):
    file = tmp_path / "cards.csv"
    file.write_text("uid,group_id\n04A1B2C3,FAMILY\n,\n,NOBODY\n04D4E5F6,\n")
    code, report = roamgrid("import", str(file))
    assert (code, report["lines"], report["new"], report["refused"]) == (1, 3, 2, 1)
    assert report["notes"] == [
        {"line": 4, "uid": None, "outcome": "refused", "code": "MISSING", "field": "uid", "message": "a card needs a uid"}
    ]
    assert roamgrid("block", "04:a1:b2:c3", "--reason", "reported as stolen")[1]["valid"] is False
    (blocked,) = roamgrid("list", "--blocked")[1]
    assert (blocked["uid"], blocked["answer"], blocked["reason"]) == ("04A1B2C3", "BLOCKED", "reported as stolen")
    assert roamgrid("list", tenant="kilowind") == (0, [])
    assert roamgrid("unblock", "04A1B2C3")[1]["valid"] is True
    assert [one["valid"] for one in roamgrid("list")[1]] == [True, True]
    assert [one["uid"] for one in roamgrid("list", "--limit", "1")[1]] == ["04A1B2C3"]
    assert roamgrid("alarms") == (0, [])
