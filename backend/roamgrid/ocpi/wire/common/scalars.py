"""Readers of single values: fast when a value is as specified, lenient when it is not.

A reader takes a JSON value and the list of deviations found so far. It raises `Refused` when the value cannot be
understood, `Empty` when it is an empty string, which partners send for "absent".
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from roamgrid.ocpi.wire.common.declare import Enumeration, Flag, Moment, Number, Text, Whole
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused, shown
from roamgrid.ocpi.wire.common.moments import read_moment

Found = list[Deviation]
T = TypeVar("T")
Reader = Callable[[Any, Found], T]

_LARGEST_INT = 2**31 - 1
_LARGEST_EXPONENT = 15
"""Numbers beyond 10^15 or finer than 10^-15 are no quantities of this trade, and no database column holds all of them."""
_FLAGS = {"true": True, "false": False, "1": True, "0": False}


class Empty(Refused):
    """An empty string."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "is empty")


def text_reader(spec: Text, path: str) -> Reader[str]:
    """Strings; numbers are taken as their digits, over-long ones are kept."""
    longest = spec.max_length

    def read(value: Any, found: Found) -> str:
        if type(value) is str and 0 < len(value) <= longest and not value.isspace():
            return value
        return odd(value, found)

    def odd(value: Any, found: Found) -> str:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            found.append(Deviation(Code.WRONG_TYPE, path, shown(value)))
            value = str(value)
        if not isinstance(value, str):
            raise Refused(path, f"is {shown(value)}, not a text")
        if not value.strip():
            raise Empty(path)
        if len(value) > longest:
            found.append(Deviation(Code.TOO_LONG, path, shown(value)))
        return value

    return read


def number_reader(_spec: Number, path: str) -> Reader[Decimal]:
    """Exact decimals; numbers in strings are taken."""

    def read(value: Any, found: Found) -> Decimal:
        kind = type(value)
        if kind is int:
            number = Decimal(value)
        elif kind is Decimal:
            number = value
        else:
            number = _number_in_text(value, path)
            found.append(Deviation(Code.WRONG_TYPE, path, shown(value)))
        if not number.is_finite() or (number and abs(number.adjusted()) > _LARGEST_EXPONENT):
            raise Refused(path, f"is {shown(value)}, no quantity")
        return number

    return read


def whole_reader(_spec: Whole, path: str) -> Reader[int]:
    """Integers of 32 bits; numbers in strings and with a fraction of zero are taken."""

    def read(value: Any, found: Found) -> int:
        if type(value) is int and -_LARGEST_INT <= value <= _LARGEST_INT:
            return value
        return odd(value, found)

    def odd(value: Any, found: Found) -> int:
        number = value if isinstance(value, Decimal) else _number_in_text(value, path)
        if not number.is_finite() or abs(number) > _LARGEST_INT or number != int(number):
            raise Refused(path, f"is {shown(value)}, not a whole number")
        found.append(Deviation(Code.WRONG_TYPE, path, shown(value)))
        return int(number)

    return read


def flag_reader(_spec: Flag, path: str) -> Reader[bool]:
    """Booleans; "true", "false", 0 and 1 are taken."""

    def read(value: Any, found: Found) -> bool:
        if value is True or value is False:
            return bool(value)
        flag = _FLAGS.get(str(value).casefold()) if isinstance(value, str | int) else None
        if flag is None:
            raise Refused(path, f"is {shown(value)}, neither true nor false")
        found.append(Deviation(Code.WRONG_TYPE, path, shown(value)))
        return flag

    return read


def moment_reader(_spec: Moment, path: str) -> Reader[datetime]:
    """Instants in UTC, from any RFC 3339 form."""

    def read(value: Any, found: Found) -> datetime:
        if type(value) is not str:
            raise Refused(path, f"is {shown(value)}, not a date and time")
        if not value:
            raise Empty(path)
        try:
            moment, as_specified = read_moment(value)
        except ValueError:
            raise Refused(path, f"is {shown(value)!r}, not a date and time") from None
        if not as_specified:
            found.append(Deviation(Code.DATE_FORM, path, shown(value)))
        return moment

    return read


def enumeration_reader(spec: Enumeration, path: str) -> Reader[str]:
    """Values of a list in any letter case; unknown ones stay text."""
    values = frozenset(spec.values)
    by_key = {value.casefold(): value for value in spec.values}

    def read(value: Any, found: Found) -> str:
        if type(value) is not str:
            raise Refused(path, f"is {shown(value)}, not a text")
        if value in values:
            return value
        if not value.strip():
            raise Empty(path)
        meant = by_key.get(value.strip().casefold())
        if meant is not None:
            found.append(Deviation(Code.VALUE_CASE, path, shown(value)))
            return meant
        if not spec.open:
            found.append(Deviation(Code.UNKNOWN_VALUE, path, shown(value)))
        return value

    return read


def _number_in_text(value: Any, path: str) -> Decimal:
    if isinstance(value, str):
        if not value.strip():
            raise Empty(path)
        try:
            return Decimal(value)
        except InvalidOperation:
            pass
    raise Refused(path, f"is {shown(value)}, not a number")
