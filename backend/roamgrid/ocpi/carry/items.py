"""Which item of a list is which: by name where items have one, else from both ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_NAMES = ("uid", "id", "start_date_time", "language", "type")
"""Fields that name an item within its list, the surest first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in the list that was said and in the verbatim one."""

    said: int
    verbatim: int


@dataclass(frozen=True, slots=True)
class Match:
    """For each fresh item its place, None for a new one; places that have no fresh item; verbatim items that nobody owns."""

    fresh: tuple[Place | None, ...]
    gone: tuple[Place, ...]
    unowned: tuple[int, ...]


def matched(fresh: Sequence[Any], said: Sequence[Any], verbatim: Sequence[Any]) -> Match | None:
    """None when it cannot be told which verbatim item is which, because some of them were not understood."""
    stands = _stands(said, verbatim)
    if stands is None:
        return None
    places = [Place(index, at) for index, at in enumerate(stands)]
    partners = _partners(fresh, said)
    used = {partner for partner in partners if partner is not None}
    owned = set(stands)
    return Match(
        fresh=tuple(None if partner is None else places[partner] for partner in partners),
        gone=tuple(place for place in places if place.said not in used),
        unowned=tuple(index for index in range(len(verbatim)) if index not in owned),
    )


def _stands(said: Sequence[Any], verbatim: Sequence[Any]) -> list[int] | None:
    """Where each said item stands in the verbatim list: reading keeps the order, and leaves out what it cannot read."""
    if len(said) == len(verbatim):
        return list(range(len(said)))
    for field in _NAMES:
        names, stated = _names(said, field), _names(verbatim, field)
        if names is not None and stated is not None and set(names) <= set(stated):
            where = {name: index for index, name in enumerate(stated)}
            return [where[name] for name in names]
    return None


def _partners(fresh: Sequence[Any], said: Sequence[Any]) -> list[int | None]:
    """For each fresh item the said one that it was."""
    for field in _NAMES:
        known, names = _names(said, field), _names(fresh, field)
        if known is not None and names is not None:
            where = {name: index for index, name in enumerate(known)}
            return [where.get(name) for name in names]
    return _from_both_ends(fresh, said)


def _from_both_ends(fresh: Sequence[Any], said: Sequence[Any]) -> list[int | None]:
    """Equal beginnings and ends belong together; in between, one after the other."""
    shortest = min(len(fresh), len(said))
    begin = 0
    while begin < shortest and fresh[begin] == said[begin]:
        begin += 1
    end = 0
    while end < shortest - begin and fresh[-1 - end] == said[-1 - end]:
        end += 1
    middle: list[int | None] = [
        index if index < len(said) - end and not isinstance(fresh[index], str) else None
        for index in range(begin, len(fresh) - end)
    ]
    return [*range(begin), *middle, *range(len(said) - end, len(said))]


def _names(items: Sequence[Any], field: str) -> list[str] | None:
    """None where items have no such name, or share one."""
    names = [item.get(field) if isinstance(item, dict) else None for item in items]
    told = [name for name in names if isinstance(name, str)]
    return told if len(told) == len(set(told)) == len(items) else None
