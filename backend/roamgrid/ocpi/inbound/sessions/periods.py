"""PATCH of a session: `charging_periods` are appended, everything else is merged (OCPI 2.2.1, Sessions module, PATCH)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from roamgrid.ocpi.dialects.dialect import PeriodPatch
from roamgrid.ocpi.inbound.errors import invalid
from roamgrid.ocpi.inbound.merge import Document, merged
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.ocpi.wire.common.moments import read_moment

_PERIODS = "charging_periods"


def patched(held: Document, patch: Document, required: Collection[str], mode: PeriodPatch) -> Document:
    """The session with `patch` applied. No periods, an empty list or null leave the periods as they are.

    A period that starts when one we hold starts replaces it: partners send the running period again as it grows, and some
    send the complete list with every PATCH. In `mode` REPLACE the list given is the complete one. Raises `Refused`.
    """
    rest = {name: value for name, value in patch.items() if name != _PERIODS}
    news = patch.get(_PERIODS) or []
    if not isinstance(news, list):
        raise invalid(f"/{_PERIODS}", "is not a list")
    result = merged(held, rest, required)
    if news:
        kept = [] if mode is PeriodPatch.REPLACE else held.get(_PERIODS) or []
        by_start = {_start(period): period for period in [*kept, *news]}
        result[_PERIODS] = [by_start[start] for start in sorted(by_start)]
    return result


def repeated(held: Document, patch: Document) -> list[Deviation]:
    """Periods of a PATCH that we hold just so, as a deviation. The last one we hold may come again: it grows."""
    known = [period for period in held.get(_PERIODS) or [] if isinstance(period, dict)][:-1]
    again = sum(period in known for period in patch.get(_PERIODS) or [])
    return [Deviation(Code.PERIODS_REPEATED, f"/{_PERIODS}", f"{again} periods")] if again else []


def _start(period: Any) -> datetime:
    value = period.get("start_date_time") if isinstance(period, dict) else None
    try:
        if isinstance(value, str):
            return read_moment(value)[0]
    except ValueError:
        pass
    raise invalid(f"/{_PERIODS}/*/start_date_time", "is required and must be a date and time")
