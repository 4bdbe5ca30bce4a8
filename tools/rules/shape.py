"""Files stay small, and only programs for people print."""

import ast
from collections.abc import Iterator

from tools.rules.source import Finding, Source

MOST_LINES = 400
PRINTERS = ("roamgrid.cli", "roamgrid.sandbox")


def small_files(source: Source) -> Iterator[Finding]:
    """A file that nobody wants to read to its end is two files."""
    if len(source.lines) > MOST_LINES:
        yield Finding(source.path, 1, "size", f"{len(source.lines)} lines, at most {MOST_LINES}; split it by use case")


def prints_only_for_people(source: Source) -> Iterator[Finding]:
    """The product logs (structlog); the command line and the sandbox talk to a terminal."""
    if not source.is_product or source.inside(*PRINTERS):
        return
    for call in source.calls():
        if isinstance(call.func, ast.Name) and call.func.id == "print":
            yield source.finding("print", call, "use the log; only cli and sandbox print")
