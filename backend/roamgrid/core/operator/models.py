"""What the operator's room takes and hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import TokenRef
from roamgrid.core.received import Verbatim


class Mark(NamedTuple):
    """A place in a list: when the object there changed, and its key."""

    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a list: changed from `date_from` (inclusive) to `date_to` (exclusive), `limit` objects after `offset`.

    `after`: those that follow that place instead, however many they come after.
    """

    offset: int
    limit: int
    date_from: datetime | None = None
    date_to: datetime | None = None
    after: Mark | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """An object of ours as its back end delivered it. `source`: whose dialect the body is in. `gone`: it is ours no more.

    `token`: of a charge, the token as its issuer told it, where the back end does not say so much (2.1.1).
    """

    source: SourceId
    party: PartyId
    body: Verbatim
    gone: bool = False
    token: TokenRef | None = None


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """`total`: how many objects the list has without offset and limit. `last`: where the page ended, when more follows."""

    objects: tuple[Published, ...]
    total: int
    last: Mark | None = None


class ChargeKind(StrEnum):
    """What tells of a charge."""

    SESSION = "session"
    CDR = "cdr"
