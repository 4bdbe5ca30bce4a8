"""May a token be used now: what it is, then how it was used lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from roamgrid.canonical.token import Allowed
from roamgrid.core.tokens.standing import Standing, Use
from roamgrid.tenancy.declaration import DeclaredTokens

_NEARBY_M = 25_000
"""Within a town nobody is too fast: clocks and coordinates of operators are not that exact."""
_AT_LEAST = timedelta(minutes=1)


class Limit(StrEnum):
    """The limits of believable use; see `tenancy.declaration.DeclaredTokens`."""

    TRIES = "TRIES_PER_MINUTE"
    TRAVEL = "IMPOSSIBLE_TRAVEL"
    PARALLEL = "PARALLEL_SESSIONS"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, and the limit that was exceeded if it was one."""

    allowed: Allowed
    exceeded: Limit | None = None


_ALLOWED = Verdict(Allowed.ALLOWED)


def verdict(standing: Standing, limits: DeclaredTokens, tries: int, now: datetime) -> Verdict:
    """`tries`: those of the running minute, before this one.

    A card that is in two distant places is copied: BLOCKED. Too many tries or sessions pass: NOT_ALLOWED.
    """
    if standing.valid_until is not None and standing.valid_until <= now:
        return Verdict(Allowed.EXPIRED)
    if not standing.token.valid:
        return Verdict(standing.refusal or Allowed.BLOCKED)
    if _too_fast(standing.use, limits, now):
        return Verdict(Allowed.BLOCKED, Limit.TRAVEL)
    if limits.tries_per_minute != "off" and tries >= limits.tries_per_minute:
        return Verdict(Allowed.NOT_ALLOWED, Limit.TRIES)
    if limits.parallel_sessions != "off" and standing.use.elsewhere >= limits.parallel_sessions:
        return Verdict(Allowed.NOT_ALLOWED, Limit.PARALLEL)
    return _ALLOWED


def _too_fast(use: Use, limits: DeclaredTokens, now: datetime) -> bool:
    if limits.max_speed_kmh == "off" or use.last_at is None or use.distance_m is None or use.distance_m <= _NEARBY_M:
        return False
    elapsed = max(now - use.last_at, _AT_LEAST)
    return use.distance_m * timedelta(hours=1) > limits.max_speed_kmh * 1000 * elapsed
