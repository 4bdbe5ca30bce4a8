"""Card files: CSV with a header (comma, semicolon or tab), or JSON Lines. Lines carry the numbers that an editor shows."""

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from roamgrid.core.tokens.cards.card import FIELDS, Card, Code, Note, RefusedLine, card_of
from roamgrid.kernel import json
from roamgrid.kernel.errors import Invalid

T = TypeVar("T")

Line = tuple[int, Card | Note]
"""The number of a line, and the card on it or why there is none."""

_DELIMITERS = ",;\t"


class UnreadableCardFile(Invalid):
    """The file is neither CSV with a header that names `uid`, nor JSON Lines."""

    code = "UNREADABLE_CARD_FILE"
    hint = f"Begin a CSV file with a header of these names: {', '.join(FIELDS)}; or write one JSON object a line."


def read(content: bytes) -> Iterator[Line]:
    """What the file says, line by line; empty lines are passed over. Raises `UnreadableCardFile`, before the first line."""
    try:
        lines = content.decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise UnreadableCardFile(f"the file is not UTF-8: byte {error.start}") from None
    first = next((line.strip() for line in lines if line.strip()), "")
    return _json_lines(lines) if first.startswith("{") else _csv(lines)


def _json_lines(lines: Iterable[str]) -> Iterator[Line]:
    for number, line in enumerate(lines, 1):
        if text := line.strip():
            yield number, _judged(_object, text)


def _csv(lines: list[str]) -> Iterator[Line]:
    head = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    rows = _Rows(lines, delimiter)
    return _lines(rows, _names(rows))


class _Rows:
    """The rows of a CSV file, and the line on which the latest began."""

    def __init__(self, lines: list[str], delimiter: str) -> None:
        self._reader = csv.reader(lines, delimiter=delimiter, strict=True)
        self.number = 1

    def __iter__(self) -> Iterator[list[str]]:
        while True:
            self.number = self._reader.line_num + 1
            try:
                yield next(self._reader)
            except StopIteration:
                return


def _names(rows: _Rows) -> list[str]:
    try:
        names = next(([name.strip().lower() for name in row] for row in rows if any(row)), [])
    except csv.Error as error:
        raise UnreadableCardFile(f"the header is not CSV: {error}") from None
    if "uid" not in names:
        raise UnreadableCardFile("the first line names no field `uid`")
    if unknown := [name for name in names if name not in FIELDS]:
        raise UnreadableCardFile(f"the first line names {unknown[0][:40]!r}, which is no field of a card")
    if len(set(names)) < len(names):
        raise UnreadableCardFile("the first line names a field twice")
    return names


def _lines(rows: _Rows, names: list[str]) -> Iterator[Line]:
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                yield rows.number, _judged(lambda cells: _named(cells, names), row)
    except csv.Error as error:
        # Where a quotation mark is open nobody knows what the rest of the file belongs to.
        yield rows.number, Note(Code.UNREADABLE, f"not CSV: {error}; nothing after it is read")


def _named(cells: list[str], names: list[str]) -> dict[str, object]:
    if len(cells) > len(names):
        raise RefusedLine(Code.UNREADABLE, f"{len(cells)} values for {len(names)} fields")
    return dict(zip(names, cells, strict=False))


def _object(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except json.JsonError as error:
        raise RefusedLine(Code.UNREADABLE, f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise RefusedLine(Code.UNREADABLE, "not a JSON object")
    return value


def _judged(stated: Callable[[T], dict[str, object]], line: T) -> Card | Note:
    try:
        return card_of(stated(line))
    except RefusedLine as refused:
        return refused.note
