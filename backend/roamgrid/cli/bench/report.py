"""The report: a table for people, one document for programs."""

import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import psutil

from roamgrid.cli.bench.figures import Failure, Figure
from roamgrid.cli.output import console, out, print_table

_COLUMNS = ("line", "figure", "unit", "ceiling", "ratio", "budget", "")
_LIBRARIES = ("psycopg", "starlette", "uvicorn", "strawberry-graphql")


def show(figures: Sequence[Figure], failures: Sequence[Failure]) -> None:
    """Each figure beside its ceiling; what failed goes to standard error."""
    rows = [
        (
            figure.name,
            number(figure.value),
            figure.unit,
            number(figure.ceiling) if figure.ceiling is not None else "",
            f"{figure.ratio:.2f} x" if figure.ratio is not None else "",
            figure.budget or "",
            {True: "reached", False: "MISSED", None: ""}[figure.reached],
        )
        for figure in figures
    ]
    if rows:
        print_table("Each figure beside its ceiling, measured in the same run", _COLUMNS, rows)
    for figure in figures:
        beside = f"; beside it: {figure.ceiling_is}" if figure.ceiling_is else ""
        out.print(f"{figure.name}: {figure.what}{beside}", markup=False, soft_wrap=True)
        if figure.details:
            details = ", ".join(f"{name} {number(value)}" for name, value in figure.details.items())
            out.print(f"  {details}", markup=False, soft_wrap=True)
    for failure in failures:
        console.print(f"{failure.line} could not be measured: {failure.reason}", style="red", markup=False)


def as_document(figures: Sequence[Figure], failures: Sequence[Failure], *, seconds: float, rounds: int) -> dict[str, Any]:
    """The same for `--json`, with what the figures depend on."""
    return {
        "machine": {
            "system": platform.platform(),
            "processors": psutil.cpu_count(),
            "load_average": round(psutil.getloadavg()[0], 2),
            "python": platform.python_version(),
            "libraries": {name: version(name) for name in _LIBRARIES},
        },
        "seconds": seconds,
        "rounds": rounds,
        "figures": [_figure(figure) for figure in figures],
        "failures": [{"line": failure.line, "reason": failure.reason} for failure in failures],
    }


def number(value: float) -> str:
    """Three digits that matter, or all before the point."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _figure(figure: Figure) -> dict[str, Any]:
    budget = figure.budget
    return {
        "name": figure.name,
        "what": figure.what,
        "value": round(figure.value, 3),
        "unit": figure.unit,
        "ceiling": None if figure.ceiling is None else round(figure.ceiling, 3),
        "ceiling_is": figure.ceiling_is or None,
        "ratio": None if figure.ratio is None else round(figure.ratio, 3),
        "budget": budget and {"limit": budget.limit, "better": budget.better.value, "of_ratio": budget.of_ratio},
        "reached": figure.reached,
        "details": {name: round(value, 3) for name, value in figure.details.items()},
    }
