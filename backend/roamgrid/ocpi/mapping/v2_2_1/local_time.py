"""Times of day and dates without a zone, as tariff restrictions state them."""

import re
from datetime import date, time

from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.ocpi.wire.common.scalars import Found

_SPECIFIED = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_ODD = re.compile(r"(\d{1,2}):(\d\d)(?::00(?:\.0+)?)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_time(text: str | None, path: str, found: Found) -> time | None:
    """A time of day. `24:00` is midnight, which as an end means the end of the day. Raises `Refused`."""
    if text is None:
        return None
    if _SPECIFIED.fullmatch(text):
        return time.fromisoformat(text)
    found.append(Deviation(Code.TIME_FORM, path, text[:20]))
    parts = _ODD.fullmatch(text.strip())
    hour, minute = (int(parts[1]), int(parts[2])) if parts else (99, 0)
    if (hour, minute) == (24, 0):
        return time(0, 0)
    if hour > 23 or minute > 59:
        raise Refused(path, f"is {text[:20]!r}, not a time of day")
    return time(hour, minute)


def read_date(text: str | None, path: str) -> date | None:
    """A calendar day. Raises `Refused`."""
    if text is None:
        return None
    try:
        if _DATE.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise Refused(path, f"is {text[:20]!r}, not a date")
