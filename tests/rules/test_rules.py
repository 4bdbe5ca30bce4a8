"""Each rule, by one example that breaks it and one that does not."""

from pathlib import Path

import pytest

from tools.rules.__main__ import check, main
from tools.rules.source import Source

CORE = "backend/roamgrid/core/cdrs/service.py"
PRICING = "backend/roamgrid/pricing/rate.py"
PLUGIN = "plugins/jurisdictions/nl/roamgrid_jurisdiction_nl/display.py"


def broken(path: str, text: str) -> list[str]:
    """The names of the rules that this text breaks at this place."""
    return [finding.rule for finding in check(Source.parse(path, text))]


@pytest.mark.parametrize(
    ("path", "text", "rules"),
    [
        # commit
        (CORE, "await session.commit()", ["commit"]),
        (CORE, "connection.commit()", ["commit"]),
        ("backend/roamgrid/tenancy/database.py", "await session.commit()", []),
        (CORE, "git.commit_message()", []),
        ("tests/core/test_cdrs.py", "connection.commit()", []),
        # float
        (PRICING, "price = 0.25", ["float"]),
        (PRICING, "price = float(text)", ["float"]),
        (PRICING, "def rate(kwh: float) -> None: ...", ["float"]),
        (PRICING, "price = Decimal('0.25') * 4", []),
        (PLUGIN, "vat = 21.0", ["float"]),
        ("backend/roamgrid/kernel/clock.py", "pause = 0.25", []),
        (PRICING, "pause = 0.25  # rule-ok: seconds for the event loop", []),
        (PRICING, "pause = 0.25  # rule-ok:", ["float"]),
        # naive datetimes
        (CORE, "datetime.now()", ["naive-datetime"]),
        (CORE, "datetime.datetime.now()", ["naive-datetime"]),
        (CORE, "datetime.now(None)", ["naive-datetime"]),
        (CORE, "datetime.now(tz=None)", ["naive-datetime"]),
        (CORE, "datetime.utcnow()", ["naive-datetime"]),
        (CORE, "datetime.fromtimestamp(5)", ["naive-datetime"]),
        (CORE, "datetime(2026, 3, 1)", ["naive-datetime"]),
        (CORE, "dt.datetime(2026, 3, 1)", ["naive-datetime"]),
        (CORE, "date.today()", ["naive-datetime"]),
        ("tests/core/test_cdrs.py", "datetime(2026, 3, 1)", ["naive-datetime"]),
        (CORE, "datetime.now(UTC)", []),
        (CORE, "datetime.fromtimestamp(5, tz=UTC)", []),
        (CORE, "datetime(2026, 3, 1, tzinfo=UTC)", []),
        (CORE, "datetime(2026, 3, 1, 0, 0, 0, 0, UTC)", []),
        (CORE, "clock.now()", []),
        # SQL
        (CORE, 'cursor.execute(f"select {column} from cdr")', ["sql-string"]),
        (CORE, "cursor.execute('select * from %s' % table)", ["sql-string"]),
        (CORE, "cursor.execute('select * from ' + table)", ["sql-string"]),
        (CORE, "cursor.execute('select * from ' + table + ' limit 1')", ["sql-string"]),
        (CORE, "cursor.execute('select * from {}'.format(table))", ["sql-string"]),
        (CORE, 'session.execute(text(f"set role {role}"))', ["sql-string"]),
        (CORE, 'cursor.execute(sql.SQL(f"set role {role}"))', ["sql-string"]),
        (CORE, "cursor.execute('select * from cdr where id = %s', [id])", []),
        (CORE, "cursor.execute(sql.SQL('set role {}').format(sql.Identifier(role)))", []),
        (CORE, 'cursor.execute(f"select 1")', []),
        # print
        (CORE, "print('hello')", ["print"]),
        ("backend/roamgrid/cli/demo.py", "print('hello')", []),
        ("backend/roamgrid/sandbox/cpo/server.py", "print('hello')", []),
        # size
        (CORE, "x = 1\n" * 401, ["size"]),
        (CORE, "x = 1\n" * 400, []),
        # walls
        (CORE, "from roamgrid.ocpi.wire import v2_2_1", ["wall"]),
        (CORE, "from roamgrid import ocpi", ["wall"]),
        (CORE, "def late():\n    import roamgrid.ocpi.mapping", ["wall"]),
        (CORE, "from ...ocpi import wire", ["wall"]),
        ("backend/roamgrid/products/__init__.py", "from ..ocpi import wire", ["wall"]),
        ("backend/roamgrid/app.py", "from roamgrid.ocpi.inbound import routes", []),
        ("backend/roamgrid/ocpi/inbound/routes.py", "from roamgrid.ocpi.wire import envelope", []),
        ("backend/roamgrid/app.py", "from roamgrid.sandbox.cpo import run", ["wall"]),
        ("backend/roamgrid/cli/sandbox.py", "from roamgrid.sandbox.cpo import run", []),
        ("backend/roamgrid/sandbox/cpo/pricer.py", "from roamgrid.pricing import rate", ["wall"]),
        ("backend/roamgrid/sandbox/cpo/pricer.py", "from roamgrid.kernel import json\nimport httpx", []),
        (PLUGIN, "from roamgrid.core.tariffs import service", ["wall"]),
        (PLUGIN, "from roamgrid.extensions.points import PriceDisplay\nfrom roamgrid.canonical import money", []),
        ("plugins/jurisdictions/nl/src/roamgrid_jurisdiction_nl/tax.py", "import roamgrid.tenancy", ["wall"]),
    ],
)
def test_a_rule_finds_what_breaks_it_and_nothing_else(path: str, text: str, rules: list[str]) -> None:
    assert broken(path, text) == rules


def test_the_command_names_file_line_and_rule_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / PRICING
    file.parent.mkdir(parents=True)
    file.write_text("from decimal import Decimal\n\nprice = 0.25\n")

    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out == (
        f"{PRICING}:3: float: 0.25 is a binary float; write Decimal('0.25')\n1 files, 1 broken rules\n"
    )


def test_the_command_is_content_with_a_repository_that_has_no_rooms_yet(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 0
