"""Dates and times as partners write them, and as we do (FACTS: RFC 3339 in UTC, no offset, `Z` optional)."""

import re
from datetime import UTC, datetime, timedelta

_PLAIN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z?", re.ASCII)
_ODD = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,:]?(\d*))?)?\s*(?:([zZ]|UTC|GMT)|([+-])(\d\d):?(\d\d))?)?",
    re.ASCII,
)


def read_moment(text: str) -> tuple[datetime, bool]:
    """An instant in UTC, and whether it was written as the specification wants.

    Raises `ValueError` for what is no date at all.
    """
    try:
        if len(text) == 20 and text[19] == "Z":
            return datetime.fromisoformat(text), True  # nearly all of them; the pattern would cost as much again
        if _PLAIN.fullmatch(text):
            return _in_utc(datetime.fromisoformat(text)), True
    except ValueError:  # 24:00:00, or a leap second
        pass
    return _read_odd(text.strip()), False


def write_moment(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SSZ`, with milliseconds where there are any."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6].removesuffix(".000")
    return f"{text}Z"


def _read_odd(text: str) -> datetime:
    parts = _ODD.fullmatch(text)
    if parts is None:
        raise ValueError(f"not a date and time: {text[:40]!r}")
    year, month, day, hour, minute, second = (int(part or 0) for part in parts.group(1, 2, 3, 4, 5, 6))
    micro = int((parts[7] or "")[:6].ljust(6, "0"))
    if hour == 24 and minute == second == micro == 0:
        return _shifted(datetime(year, month, day, tzinfo=UTC), timedelta(days=1))
    leap = second == 60
    moment = datetime(year, month, day, hour, minute, 59 if leap else second, micro, tzinfo=UTC)
    offset = timedelta(hours=int(parts[10]), minutes=int(parts[11])) if parts[9] else timedelta()
    return _shifted(moment, offset if parts[9] == "-" else -offset)


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _shifted(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        raise ValueError(f"not an instant: {moment.isoformat()} {by}") from None
