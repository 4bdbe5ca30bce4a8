"""`python -m tools.version_sizes`: write into docs/adding-a-version.md what each OCPI version takes, in files and lines."""

import sys
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_OCPI = _ROOT / "backend" / "roamgrid" / "ocpi"
PAGE = _ROOT / "docs" / "adding-a-version.md"
_BEGIN = "<!-- made by `python -m tools.version_sizes`; do not edit by hand -->"
_END = "<!-- end -->"
_OPTIONAL = frozenset({"alike", "bookings", "invoices", "optional_modules", "payments"})
_STEP = 50


@dataclass(frozen=True, slots=True)
class Size:
    """One version, or its optional modules: files that say something, and their lines, blank ones and comments included."""

    what: str
    files: int
    wire_lines: int
    mapping_lines: int

    @property
    def lines(self) -> int:
        return self.wire_lines + self.mapping_lines


def sizes() -> list[Size]:
    """All versions, the oldest first. What 2.3.0 keeps in modules of its own is counted apart."""
    folders = sorted(path.name for path in (_OCPI / "wire").glob("v*"))
    counted = [_size(folder, optional) for folder in folders for optional in (False, True)]
    return [size for size in counted if size.files]


def table() -> str:
    """Lines are rounded to fifty, so that the page changes when a size does and not with every edit."""
    head = "| What | Files | Lines of wire types | Lines of mapping |\n|---|---|---|---|\n"
    rows = "".join(
        f"| {size.what} | {size.files} | {_rounded(size.wire_lines)} | {_rounded(size.mapping_lines)} |\n" for size in sizes()
    )
    return f"{_BEGIN}\n\n{head}{rows}\n{_END}\n"


def page(before: str) -> str:
    """The whole page; what people wrote around the table stays."""
    start, end = before.index(_BEGIN), before.index(_END) + len(_END) + 1
    return before[:start] + table() + before[end:]


def stated(page: str) -> dict[str, tuple[int, int]]:
    """The lines of wire types and of mapping that a page states, by version."""
    rows = page[page.index(_BEGIN) : page.index(_END)].splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("|")]
    return {what: (int(wire), int(mapping)) for what, _, wire, mapping in cells[2:]}


def _size(folder: str, optional: bool) -> Size:
    lines = {"wire": 0, "mapping": 0}
    files = 0
    for layer in lines:
        for path in (_OCPI / layer / folder).glob("*.py"):
            if (path.stem in _OPTIONAL) is optional and path.stem != "__init__":
                lines[layer] += len(path.read_text().splitlines())
                files += 1
    version = folder.removeprefix("v").replace("_", ".")
    return Size(f"{version}, optional modules" if optional else version, files, lines["wire"], lines["mapping"])


def _rounded(lines: int) -> int:
    return round(lines / _STEP) * _STEP


def main() -> int:
    PAGE.write_text(page(PAGE.read_text()))
    for size in sizes():
        sys.stdout.write(f"{size.what}: {size.files} files, {size.lines} lines\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
