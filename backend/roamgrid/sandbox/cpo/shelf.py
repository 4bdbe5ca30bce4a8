"""Objects in the order of their creation, kept as the bytes they are served as."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from roamgrid.sandbox.cpo.instants import OLDEST


def key_of(country_code: str, party_id: str, object_id: str) -> tuple[str, str, str]:
    """The identity of an OCPI object; ids are case-insensitive (OCPI 2.2.1 types, CiString)."""
    return (country_code.casefold(), party_id.casefold(), object_id.casefold())


@dataclass(frozen=True, slots=True)
class Shelved:
    """One object: its JSON and the moment that list filters compare with."""

    raw: bytes
    updated: datetime


class Shelf:
    """An ordered collection with pages. A replaced object keeps its place, so that a crawl misses nothing."""

    def __init__(self) -> None:
        self._objects: dict[tuple[str, str, str], Shelved] = {}

    def __len__(self) -> int:
        return len(self._objects)

    def __contains__(self, key: tuple[str, str, str]) -> bool:
        return key in self._objects

    def keys(self) -> Iterator[tuple[str, str, str]]:
        return iter(self._objects)

    def put(self, key: tuple[str, str, str], raw: bytes, updated: datetime) -> None:
        self._objects[key] = Shelved(raw, updated)

    def find(self, key: tuple[str, str, str]) -> bytes | None:
        found = self._objects.get(key)
        return found.raw if found else None

    def remove(self, key: tuple[str, str, str]) -> bool:
        """Whether there was something to remove."""
        return self._objects.pop(key, None) is not None

    def between(self, date_from: datetime | None, date_to: datetime | None) -> list[bytes]:
        """Objects updated from `date_from` (inclusive) to `date_to` (exclusive), oldest creation first."""
        if date_from is None and date_to is None:
            return [item.raw for item in self._objects.values()]
        start = date_from or OLDEST
        return [
            item.raw for item in self._objects.values() if item.updated >= start and (date_to is None or item.updated < date_to)
        ]
