"""`python -m tools.error_catalogue`: write the table of all error codes into docs/errors.md.

The code is the source: every subclass of `DomainError` brings its code, its first docstring line and its hint.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import roamgrid
from roamgrid.kernel.errors import DomainError

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"
_BEGIN = "<!-- made by `python -m tools.error_catalogue`; do not edit by hand -->"
_END = "<!-- end -->"
_INTRODUCTION = """# Errors

Every error that a caller can meet carries a stable `code`, a message for people and a hint that says what to do next. GraphQL
returns them as data, OCPI maps them to its status codes, the command line to exit code 1. Codes are added, never reused.
"""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One class of errors."""

    code: str
    kind: str
    meaning: str
    hint: str
    module: str


def entries() -> list[Entry]:
    """All error classes of the product that bring a code, by code; one that inherits its code is a detail of its parent."""
    for module in pkgutil.walk_packages(roamgrid.__path__, "roamgrid."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    ours = (error for error in _family(DomainError) if error.__module__.startswith("roamgrid."))
    return sorted(_entry(error) for error in ours if "code" in vars(error))


def table() -> str:
    """The catalogue as Markdown."""
    head = "| Code | Kind | Meaning | What to do |\n|---|---|---|---|\n"
    rows = "".join(f"| `{entry.code}` | {entry.kind} | {entry.meaning} | {entry.hint} |\n" for entry in entries())
    return f"{_BEGIN}\n\n{head}{rows}\n{_END}\n"


def page(before: str | None) -> str:
    """The whole page; what people wrote around the table stays."""
    if before is None:
        return f"{_INTRODUCTION}\n{table()}"
    start, end = before.index(_BEGIN), before.index(_END) + len(_END) + 1
    return before[:start] + table() + before[end:]


def main() -> int:
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(PAGE.read_text() if PAGE.exists() else None))
    sys.stdout.write(f"{PAGE.name}: {len(entries())} errors\n")
    return 0


def _family(error: type[DomainError]) -> Iterator[type[DomainError]]:
    yield error
    for child in error.__subclasses__():
        yield from _family(child)


def _entry(error: type[DomainError]) -> Entry:
    """The kind is the branch of the tree that the class hangs on."""
    line = [one for one in error.__mro__ if issubclass(one, DomainError)]
    kind = line[-2].__name__ if len(line) > 1 else line[-1].__name__
    meaning = (error.__doc__ or "").strip().splitlines()[0] if error.__doc__ else ""
    return Entry(error.code, kind, meaning, error.hint, error.__module__)


if __name__ == "__main__":
    sys.exit(main())
