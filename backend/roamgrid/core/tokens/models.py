"""What the token store hands out and takes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.token import Allowed, Token


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token and whose it is. `token.valid` and `token.whitelist` are as the partner in question is told.

    `refusal`: what an authorization is answered while the token is not valid; `reason` is for staff.
    """

    token: Token
    driver_id: UUID | None
    valid_until: datetime | None = None
    refusal: Allowed | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TokenPage:
    """One page of what a partner may see, and how many there are in all."""

    tokens: tuple[Token, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Untold:
    """A partner that could not be told of a change yet; the event bus tries again, and a pull of theirs brings it too."""

    source: SourceId
    failures: int
    error: str


@dataclass(frozen=True, slots=True)
class ListedToken:
    """A token as staff see it."""

    row: TokenRow
    untold: tuple[Untold, ...]
