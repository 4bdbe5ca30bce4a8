"""Tokens: what a driver shows to be recognised."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roamgrid.canonical.party import PartyId


class TokenType(StrEnum):
    """Kinds of tokens; RFID uids are physical and shared, app tokens exist per partner (D8)."""

    AD_HOC_USER = "AD_HOC_USER"
    APP_USER = "APP_USER"
    EMAID = "EMAID"
    OTHER = "OTHER"
    RFID = "RFID"


class Whitelist(StrEnum):
    """May an operator accept the token without asking us."""

    ALWAYS = "ALWAYS"
    ALLOWED = "ALLOWED"
    ALLOWED_OFFLINE = "ALLOWED_OFFLINE"
    NEVER = "NEVER"


class Allowed(StrEnum):
    """The answer to a real-time authorization."""

    ALLOWED = "ALLOWED"
    BLOCKED = "BLOCKED"
    EXPIRED = "EXPIRED"
    NO_CREDIT = "NO_CREDIT"
    NOT_ALLOWED = "NOT_ALLOWED"


@dataclass(frozen=True, slots=True)
class Token:
    """A token of one of our drivers."""

    party: PartyId
    uid: str
    type: TokenType
    contract_id: str
    issuer: str
    valid: bool
    whitelist: Whitelist
    last_updated: datetime
    visual_number: str | None = None
    group_id: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class TokenRef:
    """How a session or a CDR names the token it was made with."""

    uid: str
    type: str
    contract_id: str
    party: PartyId | None = None
