"""At which instants a clock can change a price."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from roamgrid.canonical.tariff import Restrictions
from roamgrid.pricing.conditions import MIDNIGHT

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def switches(used: Iterable[Restrictions], begin: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants (UTC) strictly between that may start or end an element: none of the others can.

    A clock time that occurs twice (clocks go back) counts twice; the change of the clocks itself counts too.
    """
    restrictions = list(used)
    times = {t for r in restrictions for t in (r.start_time, r.end_time) if t is not None}
    if any(r.start_date or r.end_date or r.weekdays or r.start_time or r.end_time for r in restrictions):
        times.add(MIDNIGHT)
    if not times:
        return []
    found = {instant for t in times for instant in _instants(t, begin, end, zone)}
    found |= set(_clock_changes(begin, end, zone))
    return sorted(instant for instant in found if begin < instant < end)


def _instants(at: time, begin: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    day = begin.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        for fold in (0, 1):
            yield datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC)
        day += DAY


def _clock_changes(begin: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """By bisection, day by day: no zone changes its clocks twice within one."""
    left = begin
    while left < end:
        right = min(left + DAY, end)
        if left.astimezone(zone).utcoffset() != right.astimezone(zone).utcoffset():
            yield _change(left, right, zone)
        left = right


def _change(left: datetime, right: datetime, zone: ZoneInfo) -> datetime:
    before = left.astimezone(zone).utcoffset()
    while right - left > SECOND:
        middle = left + (right - left) / 2
        if middle.astimezone(zone).utcoffset() == before:
            left = middle
        else:
            right = middle
    return right.replace(microsecond=0)
