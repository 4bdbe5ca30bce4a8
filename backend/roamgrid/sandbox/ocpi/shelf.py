"""Objects in the order of their creation, with the moment that list filters compare with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from roamgrid.sandbox.ocpi.instants import OLDEST

T = TypeVar("T")
Key = tuple[str, str, str]


def key_of(country_code: str, party_id: str, object_id: str) -> Key:
    """The identity of an OCPI object; ids are case-insensitive (OCPI 2.2.1 types, CiString)."""
    return (country_code.casefold(), party_id.casefold(), object_id.casefold())


@dataclass(frozen=True, slots=True)
class Shelved(Generic[T]):
    """One object and when it was updated."""

    item: T
    updated: datetime


class Shelf(Generic[T]):
    """An ordered collection with pages. A replaced object keeps its place, so that a crawl misses nothing."""

    def __init__(self) -> None:
        self._objects: dict[Key, Shelved[T]] = {}

    def __len__(self) -> int:
        return len(self._objects)

    def __contains__(self, key: Key) -> bool:
        return key in self._objects

    def put(self, key: Key, item: T, updated: datetime) -> None:
        self._objects[key] = Shelved(item, updated)

    def items(self) -> Iterator[T]:
        return (shelved.item for shelved in self._objects.values())

    def find(self, key: Key) -> T | None:
        found = self._objects.get(key)
        return found.item if found else None

    def updated(self, key: Key) -> datetime:
        """The moment that list filters see; the beginning of time for what is not here."""
        found = self._objects.get(key)
        return found.updated if found else OLDEST

    def remove(self, key: Key) -> bool:
        """Whether there was something to remove."""
        return self._objects.pop(key, None) is not None

    def between(self, date_from: datetime | None, date_to: datetime | None, *, owner: tuple[str, str] | None = None) -> list[T]:
        """Objects updated from `date_from` (included) to `date_to` (excluded), oldest creation first; of `owner` if named."""
        if date_from is None and date_to is None and owner is None:
            return list(self.items())
        start = date_from or OLDEST
        party = (owner[0].casefold(), owner[1].casefold()) if owner else None
        return [
            shelved.item
            for key, shelved in self._objects.items()
            if shelved.updated >= start
            and (date_to is None or shelved.updated < date_to)
            and (party is None or key[:2] == party)
        ]
