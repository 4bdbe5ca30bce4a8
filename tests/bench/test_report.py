"""The report: what is reached, in what order it is measured, what a program reads."""

import pytest
import typer
from typer.testing import CliRunner

from roamgrid.cli.bench import bench
from roamgrid.cli.bench.figures import Better, Budget, Failure, Figure
from roamgrid.cli.bench.report import as_document, number, show
from roamgrid.cli.bench.rounds import in_turns, median_ratio, middle

HALF = Budget(0.5, Better.HIGHER)
FIGURE = Figure(
    name="authorize",
    what="an authorization",
    value=3_000.0,
    unit="requests/s",
    ceiling=5_000.0,
    ceiling_is="one SELECT",
    ratio=0.6,
    budget=HALF,
    details={"p50_ms": 1.23456},
)


@pytest.mark.parametrize(
    ("budget", "ratio", "value", "reached"),
    [
        (HALF, 0.5, 0.0, True),
        (HALF, 0.49, 0.0, False),
        (Budget(3, Better.LOWER), 3.0, 0.0, True),
        (Budget(3, Better.LOWER), 3.1, 0.0, False),
        (Budget(15_000, Better.HIGHER, of_ratio=False), None, 15_000.0, True),
        (Budget(500, Better.LOWER, of_ratio=False), None, 501.0, False),
        (None, 0.1, 0.0, None),
    ],
)
def test_a_budget_is_a_limit_on_the_ratio_or_on_the_figure(budget, ratio, value, reached):
    assert Figure("x", "", value, "", ratio=ratio, budget=budget).reached is reached


async def test_sides_are_measured_in_turns_each_first_every_other_round():
    order: list[str] = []

    async def side(name: str) -> int:
        order.append(name)
        return len(order)

    samples = await in_turns(3, lambda: side("ours"), lambda: side("ceiling"))
    assert order == ["ours", "ceiling", "ceiling", "ours", "ours", "ceiling"]
    assert samples == ([1, 4, 5], [2, 3, 6])


def test_the_ratio_compares_what_was_measured_side_by_side():
    assert median_ratio([10, 4, 30], [20, 5, 100]) == 0.5
    assert middle([3, 1, 2], float) == 2
    assert middle([4, 1, 2, 3], float) == 2


def test_a_program_reads_figures_failures_and_what_they_depend_on():
    document = as_document([FIGURE], [Failure("search", "no data")], seconds=3, rounds=5)
    assert document["figures"] == [
        {
            "name": "authorize",
            "what": "an authorization",
            "value": 3000.0,
            "unit": "requests/s",
            "ceiling": 5000.0,
            "ceiling_is": "one SELECT",
            "ratio": 0.6,
            "budget": {"limit": 0.5, "better": "higher", "of_ratio": True},
            "reached": True,
            "details": {"p50_ms": 1.235},
        }
    ]
    assert document["failures"] == [{"line": "search", "reason": "no data"}]
    assert (document["seconds"], document["rounds"]) == (3, 5)
    assert set(document["machine"]) == {"system", "processors", "load_average", "python", "libraries"}


def test_people_read_a_table(capsys):
    show([FIGURE], [Failure("search", "no data")])
    printed = capsys.readouterr()
    assert all(part in printed.out for part in ("authorize", "3,000", "5,000", "0.60 x", ">= 0.5 x", "reached", "p50_ms 1.23"))
    assert "search could not be measured: no data" in printed.err


def test_numbers_have_three_digits_that_matter():
    assert [number(value) for value in (12_345.6, 99.94, 1.2345, 0.0123)] == ["12,346", "99.9", "1.23", "0.0123"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--only", "everything"], "no line is called everything"), (["--locations", "x.json"], "both files")],
)
def test_wrong_usage_says_what_is_right(arguments, said):
    app = typer.Typer()
    app.command()(bench)
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert said in result.output
