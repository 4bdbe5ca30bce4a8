"""What the token store hands out."""

from dataclasses import dataclass
from uuid import UUID

from roamgrid.canonical.token import Token


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token and whose it is."""

    token: Token
    driver_id: UUID | None


@dataclass(frozen=True, slots=True)
class TokenPage:
    """One page of what a partner may see, and how many there are in all."""

    tokens: tuple[Token, ...]
    total: int
