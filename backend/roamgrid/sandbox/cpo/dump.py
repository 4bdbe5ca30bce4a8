"""Reading OCPI dumps: JSON arrays, `{"data": [...]}`, JSON lines; gzip or plain. Objects stay raw bytes."""

import gzip
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import msgspec


class UnreadableDump(Exception):
    """The file is missing or is none of the forms that are understood; the message names file and form."""


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]


_page = msgspec.json.Decoder(_Page)
_array = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_objects(path: Path) -> list[bytes]:
    """Every object of a dump file, verbatim. Raises UnreadableDump."""
    return split_objects(_content(path), name=str(path))


def bundled_objects(name: str) -> list[bytes]:
    """The objects of a file that ships with the sandbox (`locations.json`, `tariffs.json`)."""
    return split_objects(files("roamgrid.sandbox").joinpath("data", name).read_bytes(), name=name)


def read_removed(path: Path) -> list[tuple[str, str, str]]:
    """(country_code, party_id, id) of every line of a TAB-separated file. Raises UnreadableDump."""
    rows = [line.split("\t") for line in _content(path).decode().splitlines() if line.strip()]
    for number, row in enumerate(rows, start=1):
        if len(row) != 3:
            raise UnreadableDump(f"{path}, line {number}: expected country_code, party_id, id separated by TABs")
    return [(row[0], row[1], row[2]) for row in rows]


def split_objects(content: bytes, *, name: str) -> list[bytes]:
    """The objects of a dump's content. Raises UnreadableDump naming `name`."""
    text = content.strip()
    try:
        if text.startswith(b"["):
            return _verbatim(_array.decode(text))
        if _is_json_lines(text):
            return [bytes(line) for line in text.splitlines() if line.strip()]
        return _verbatim(_page.decode(text).data)
    except msgspec.DecodeError as error:
        raise UnreadableDump(f"{name}: neither a JSON array, nor an object with data, nor JSON lines: {error}") from error


def _is_json_lines(text: bytes) -> bool:
    first_line = text.split(b"\n", 1)[0]
    try:
        return "data" not in _object.decode(first_line)
    except msgspec.DecodeError:
        return False


def _verbatim(objects: Iterable[msgspec.Raw]) -> list[bytes]:
    return [bytes(item) for item in objects]


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except (OSError, EOFError) as error:
        raise UnreadableDump(f"{path}: {error}") from error
