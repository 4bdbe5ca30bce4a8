"""Who takes part: a party is a role that a company plays under a country code and a party id."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType
from uuid import UUID

SourceId = NewType("SourceId", UUID)
"""Where an object came from and where commands about it go: opaque above `ocpi` (there: a connection)."""


class Role(StrEnum):
    """The part a company plays (ISO 15118 / OCPI role names)."""

    CPO = "CPO"
    EMSP = "EMSP"
    HUB = "HUB"
    NAP = "NAP"
    NSP = "NSP"
    OTHER = "OTHER"
    SCSP = "SCSP"


@dataclass(frozen=True, slots=True)
class PartyId:
    """ISO 3166 alpha-2 country and a three-character party id, upper case (they compare without case)."""

    country_code: str
    party_id: str

    @classmethod
    def of(cls, country_code: str, party_id: str) -> "PartyId":
        return cls(country_code.upper(), party_id.upper())

    def __str__(self) -> str:
        return f"{self.country_code}*{self.party_id}"


@dataclass(frozen=True, slots=True)
class Party:
    """A company in one role, as it presents itself."""

    id: PartyId
    role: Role
    name: str
    website: str | None = None
