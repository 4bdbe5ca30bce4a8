"""`python -m tools.rules [ROOT]`: check every Python file of the repository; exit 1 when a rule is broken."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tools.rules.database import commits_at_the_edge, no_sql_from_strings
from tools.rules.money import no_floats
from tools.rules.shape import prints_only_for_people, small_files
from tools.rules.source import Finding, Source
from tools.rules.time import no_naive_datetimes
from tools.rules.walls import walls

FOLDERS = ("backend", "plugins", "tools", "tests")
RULES: tuple[Callable[[Source], Iterator[Finding]], ...] = (
    commits_at_the_edge,
    no_floats,
    no_naive_datetimes,
    no_sql_from_strings,
    prints_only_for_people,
    small_files,
    walls,
)


def main(arguments: Sequence[str]) -> int:
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    sources = [Source.parse(path.relative_to(root).as_posix(), path.read_text()) for path in python_files(root)]
    findings = [finding for source in sources for finding in check(source)]
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    sys.stdout.write(f"{len(sources)} files, {len(findings)} broken rules\n")
    return 1 if findings else 0


def check(source: Source) -> list[Finding]:
    """All findings in one file, without those that the file excuses with a reason."""
    found = (finding for rule in RULES for finding in rule(source))
    return sorted(source.without_excused(found), key=lambda finding: (finding.line, finding.rule))


def python_files(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((root / folder).rglob("*.py"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
