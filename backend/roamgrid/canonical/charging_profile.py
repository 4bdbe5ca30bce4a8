"""Smart charging: how fast a session may charge, and what its driver wants of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class RateUnit(StrEnum):
    """W in total, or A per phase."""

    WATT = "W"
    AMPERE = "A"


@dataclass(frozen=True, slots=True)
class ProfilePeriod:
    """A ceiling from `start_s` seconds after the profile's start on, until the next period."""

    start_s: int
    limit: Decimal


@dataclass(frozen=True, slots=True)
class ChargingProfile:
    """Ceilings over time. `start` None: from now on; `duration_s` None: until the session ends or the last period."""

    unit: RateUnit
    periods: tuple[ProfilePeriod, ...] = ()
    start: datetime | None = None
    duration_s: int | None = None
    minimum_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ActiveProfile:
    """What the station plans to do, all limits considered."""

    start: datetime
    profile: ChargingProfile


class ProfileResponse(StrEnum):
    """The operator's immediate answer."""

    ACCEPTED = "ACCEPTED"
    NOT_SUPPORTED = "NOT_SUPPORTED"
    REJECTED = "REJECTED"
    TOO_OFTEN = "TOO_OFTEN"
    UNKNOWN_SESSION = "UNKNOWN_SESSION"


@dataclass(frozen=True, slots=True)
class ProfileReply:
    """`timeout_s`: after how many seconds no result need be awaited."""

    response: ProfileResponse
    timeout_s: int


class ProfileResult(StrEnum):
    """The station's answer, which arrives later. UNKNOWN: there was no profile."""

    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class ProfileOutcome:
    """`active` only where the active profile was asked for and is known."""

    result: ProfileResult
    active: ActiveProfile | None = None


class ProfileType(StrEnum):
    """What matters to the driver."""

    CHEAP = "CHEAP"
    FAST = "FAST"
    GREEN = "GREEN"
    REGULAR = "REGULAR"


@dataclass(frozen=True, slots=True)
class ChargingPreferences:
    """What the driver wants of a running session. `energy_need` in kWh."""

    type: ProfileType
    departure: datetime | None = None
    energy_need: Decimal | None = None
    discharge_allowed: bool | None = None


class PreferencesAnswer(StrEnum):
    """Whether the operator can follow the driver's wishes, and what it would need to."""

    ACCEPTED = "ACCEPTED"
    DEPARTURE_REQUIRED = "DEPARTURE_REQUIRED"
    ENERGY_NEED_REQUIRED = "ENERGY_NEED_REQUIRED"
    NOT_POSSIBLE = "NOT_POSSIBLE"
    PROFILE_TYPE_NOT_SUPPORTED = "PROFILE_TYPE_NOT_SUPPORTED"
