"""When a partner's turn is: spread over the interval, later after failures. Pure."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

FIRST_WITHIN = timedelta(seconds=30)
"""How soon a new partner is pulled for the first time."""
LONGEST_BACK_OFF = timedelta(hours=6)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def splay(connection: UUID, within: timedelta) -> timedelta:
    """A connection's own offset, the same on every machine and every day: fifty partners are not pulled all at once."""
    # The last bits of a UUID are random in all of its versions; the first ones of version 7 are a time.
    return within * (connection.int % 2**32 / 2**32)


def next_pull(connection: UUID, now: datetime, interval: timedelta) -> datetime:
    """The connection's own point of the interval that is nearest to one interval from now.

    Never sooner than half an interval, never later than one and a half.
    """
    offset = splay(connection, interval)
    turns = round((now + interval - offset - _EPOCH) / interval)
    return _EPOCH + offset + turns * interval


def next_try(
    failures: int,
    now: datetime,
    interval: timedelta,
    longest: timedelta = LONGEST_BACK_OFF,
    spread: Callable[[float, float], float] = random.uniform,
) -> datetime:
    """After so many failures in a row: the interval, doubled each time, at most `longest`, less up to a quarter by chance."""
    doubled: timedelta = interval * int(2 ** min(failures - 1, 16))
    return now + min(doubled, max(longest, interval)) * spread(0.75, 1.0)
