"""Values that exist between platforms only: they end in this room and have no place in the canonical model."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from roamgrid.canonical.command import CommandResult
from roamgrid.canonical.party import Party, PartyId
from roamgrid.canonical.token import Allowed, Token

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A platform's side of a handshake. `hub` names the hub that the platform is (2.3.0; before, a role HUB)."""

    token: str = field(repr=False)
    versions_url: str
    roles: tuple[Party, ...]
    hub: PartyId | None = None


@dataclass(frozen=True, slots=True)
class Asked(Generic[A]):
    """A request whose outcome is posted to `response_url` later: commands and charging profiles."""

    what: A
    response_url: str


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """The station's answer to a command, and what it says to people."""

    result: CommandResult
    message: str | None = None


@dataclass(frozen=True, slots=True)
class LocationReferences:
    """Where a token is shown. 2.1.1 names connectors too."""

    location_id: str
    evse_uids: tuple[str, ...] = ()
    connector_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorizationInfo:
    """The answer to a real-time authorization. 2.1.1 knows neither the token nor the reference."""

    allowed: Allowed
    token: Token | None = None
    location: LocationReferences | None = None
    authorization_reference: str | None = None
    info: str | None = None


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """A party behind a hub and whether it can be reached: CONNECTED, OFFLINE, PLANNED or SUSPENDED."""

    party: PartyId
    role: str
    status: str
    last_updated: datetime
