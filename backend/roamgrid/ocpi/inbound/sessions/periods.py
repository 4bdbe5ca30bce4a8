"""PATCH of a session: `charging_periods` are appended, everything else is merged (OCPI 2.2.1, Sessions module, PATCH)."""

from datetime import datetime
from typing import Any

from msgspec.structs import fields

from roamgrid.ocpi.inbound.errors import invalid
from roamgrid.ocpi.inbound.merge import Document, merged
from roamgrid.ocpi.wire.common.moments import read_moment
from roamgrid.ocpi.wire.v2_2_1.session import Session

_PERIODS = "charging_periods"
_REQUIRED = frozenset(field.encode_name for field in fields(Session) if field.required)


def patched(held: Document, patch: Document) -> Document:
    """The session with `patch` applied. No periods, an empty list or null leave the periods as they are.

    A period that starts when one we hold starts replaces it: partners send the running period again as it grows, and some
    send the complete list with every PATCH. Raises `Refused`.
    """
    rest = {name: value for name, value in patch.items() if name != _PERIODS}
    news = patch.get(_PERIODS) or []
    if not isinstance(news, list):
        raise invalid(f"/{_PERIODS}", "is not a list")
    result = merged(held, rest, _REQUIRED)
    if news:
        by_start = {_start(period): period for period in [*(held.get(_PERIODS) or []), *news]}
        result[_PERIODS] = [by_start[start] for start in sorted(by_start)]
    return result


def _start(period: Any) -> datetime:
    value = period.get("start_date_time") if isinstance(period, dict) else None
    try:
        if isinstance(value, str):
            return read_moment(value)[0]
    except ValueError:
        pass
    raise invalid(f"/{_PERIODS}/*/start_date_time", "is required and must be a date and time")
