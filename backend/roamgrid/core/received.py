"""A canonical value together with the verbatim body it was read from (D17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from roamgrid.kernel.crypto import content_hash

T = TypeVar("T")


@dataclass(frozen=True)
class Received(Generic[T]):
    """`raw` is what the partner sent for this one object, byte for byte; the value can be derived from it again."""

    value: T
    raw: bytes

    @cached_property
    def raw_hash(self) -> bytes:
        """SHA-256 of the verbatim body: how an unchanged object is recognised."""
        return content_hash(self.raw)


class ObjectKey(NamedTuple):
    """How a partner's object is named: owner (upper case) and its id."""

    country_code: str
    party_id: str
    id: str


class PageOutcome(NamedTuple):
    """What a page of objects did to the store."""

    inserted: int
    updated: int


def newest(page: Sequence[Received[T]], keys: Sequence[ObjectKey]) -> list[Received[T]]:
    """One object per key, the last one sent: partners repeat objects within a page."""
    return list(dict(zip(keys, page, strict=True)).values())
