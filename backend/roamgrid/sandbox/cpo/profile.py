"""A charging profile as the station obeys it (OCPI mod_charging_profiles, ChargingProfile)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

Json = dict[str, Any]
_LINE_VOLTS = 230


class _Period(msgspec.Struct):
    start_period: int
    limit: Decimal


class _Profile(msgspec.Struct):
    charging_rate_unit: str
    charging_profile_period: list[_Period] = msgspec.field(default_factory=list)
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Limits in watts by seconds since the profile was set, which was `since` seconds into the charge."""

    document: Json
    since: int
    limits: tuple[tuple[int, int], ...]
    duration: int | None

    def watts_at(self, second: int) -> int | None:
        """What may be drawn at a second of the charge; None: no limit (any more)."""
        passed = second - self.since
        if self.duration is not None and passed >= self.duration:
            return None
        current = [watts for start, watts in self.limits if start <= passed]
        return current[-1] if current else None


def read_profile(document: Json, *, since: int, phases: int) -> Profile:
    """Limits in amperes count for each phase. Raises msgspec.ValidationError for what is no ChargingProfile."""
    known = msgspec.convert(document, _Profile)
    watts_each = _LINE_VOLTS * phases if known.charging_rate_unit == "A" else 1
    periods = sorted(known.charging_profile_period, key=lambda period: period.start_period)
    limits = tuple((period.start_period, int(period.limit * watts_each)) for period in periods)
    return Profile(document, since, limits, known.duration)
