"""A canonical value together with the verbatim body it was read from (D17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from roamgrid.kernel.crypto import content_hash

T = TypeVar("T")


class Validation(StrEnum):
    """How an object that was accepted stood up to validation. What was refused is no object of ours."""

    STRICT = "strict"
    DEVIATING = "deviating"


class Told(NamedTuple):
    """How an object came: the outcome of its validation, and the version of the protocol that its body is written in.

    None: nobody said.
    """

    validation: Validation | None = None
    version: str | None = None


UNTOLD = Told()


class Verbatim(NamedTuple):
    """A stored body, byte for byte, and the version that it is written in."""

    raw: bytes
    version: str | None


@dataclass(frozen=True)
class Received(Generic[T]):
    """`raw` is what the partner sent for this one object, byte for byte; the value can be derived from it again."""

    value: T
    raw: bytes
    told: Told = UNTOLD

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
