"""What the room of charging profiles takes and hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from roamgrid.canonical.charging_profile import (
    ActiveProfile,
    ChargingPreferences,
    ChargingProfile,
    ProfileResponse,
    ProfileResult,
)
from roamgrid.canonical.party import PartyId, SourceId


class ProfileKind(StrEnum):
    """What is asked about a session's profile."""

    SET = "SET"
    CLEAR = "CLEAR"
    ACTIVE = "ACTIVE"


@dataclass(frozen=True, slots=True)
class ProfileRequest:
    """One request about a session, named by its operator's id.

    `profile`: for SET only. `duration_s`: for ACTIVE only, how far ahead the answer shall look.
    """

    id: UUID
    kind: ProfileKind
    operator: PartyId
    session_id: str
    profile: ChargingProfile | None = None
    duration_s: int | None = None


@dataclass(frozen=True, slots=True)
class PreferencesRequest:
    """What a driver wants of a running session, named by its operator's id."""

    operator: PartyId
    session_id: str
    wanted: ChargingPreferences


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A request and what became of it. `response` None: no answer yet; `result` None: the station has not spoken."""

    id: UUID
    kind: ProfileKind
    source: SourceId
    operator: PartyId
    session_id: str
    profile: ChargingProfile | None
    requested_at: datetime
    deadline: datetime
    response: ProfileResponse | None
    result: ProfileResult | None
    active: ActiveProfile | None
    version: int
