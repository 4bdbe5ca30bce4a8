"""Habits that are a matter of names and units within documents: undone before a document is read, done after one is written.

They apply to parsed documents as a whole, so that readers and writers of a version know nothing of them.
"""

import re
from decimal import Decimal
from typing import Any

from roamgrid.ocpi.dialects.dialect import Dialect, PowerUnit

_POWER = "max_electric_power"
_FRACTION = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+(Z?)", re.ASCII)
_THOUSAND = 3


def heard(document: Any, ways: Dialect) -> Any:
    """A partner's document with the names and units of the specification."""
    if ways.power_unit is PowerUnit.W and not ways.renames:
        return document
    return _turned(document, dict(ways.renames), _THOUSAND if ways.power_unit is PowerUnit.KW else 0, whole=False)


def said(document: Any, ways: Dialect) -> Any:
    """Our document with the partner's names and units."""
    if ways.power_unit is PowerUnit.W and not ways.renames and ways.fractions_out:
        return document
    names = {specified: theirs for theirs, specified in ways.renames.items()}
    shift = -_THOUSAND if ways.power_unit is PowerUnit.KW else 0
    return _turned(document, names, shift, whole=not ways.fractions_out)


def whole_seconds(moment: str) -> str:
    """A moment without its fraction of a second: never later than it was."""
    match = _FRACTION.fullmatch(moment)
    return f"{match[1]}{match[2]}" if match else moment


def _turned(value: Any, names: dict[str, str], shift: int, *, whole: bool) -> Any:
    match value:
        case dict():
            return {
                _name(name, names, value): _scaled(item, shift) if name == _POWER else _turned(item, names, shift, whole=whole)
                for name, item in value.items()
            }
        case list():
            return [_turned(item, names, shift, whole=whole) for item in value]
        case str() if whole:
            return whole_seconds(value)
        case _:
            return value


def _name(name: str, names: dict[str, str], within: dict[str, Any]) -> str:
    """A field that is there under both names keeps its own."""
    meant = names.get(name, name)
    return name if meant != name and meant in within else meant


def _scaled(value: Any, shift: int) -> Any:
    """Exactly; whole numbers stay whole. What is no number is left to the reader."""
    if not shift or isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    scaled = Decimal(value).scaleb(shift)
    return int(scaled) if scaled == scaled.to_integral_value() else scaled.normalize()
