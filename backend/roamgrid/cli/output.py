"""How the command line speaks: data on standard output, everything else on standard error."""

import json
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from rich.console import Console
from rich.table import Table

_FILE_WIDTH = 200
"""Columns when nobody watches: in a log or a pipe no line is folded or cut."""

console = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _FILE_WIDTH)
out = Console(highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH)


def fail(message: str, hint: str = "") -> NoReturn:
    """Say what went wrong and what to do, and end with exit code 1."""
    console.print(f"error: {message}", style="red", markup=False)
    if hint:
        console.print(f"  {hint}", markup=False)
    sys.exit(1)


def print_json(value: Any) -> None:
    """One JSON document on standard output; amounts are strings."""
    sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people."""
    table = Table(*columns, title=title, title_justify="left", title_style="bold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(table)
