"""From bytes to a JSON value: what no reader should meet is taken out, what a decoder passes over is found."""

from typing import Any

from roamgrid.kernel import json
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused, shown
from roamgrid.ocpi.wire.common.duplicates import may_repeat_fields, repeated_fields
from roamgrid.ocpi.wire.common.envelope import NOT_JSON

_ESCAPED_NUL = b"\\u0000"


def parse(raw: bytes, found: list[Deviation]) -> Any:
    """One JSON value, numbers exact. Raises `Refused` for what is no JSON."""
    try:
        value = json.loads(raw)
        if may_repeat_fields(raw, value):
            found += [Deviation(Code.DUPLICATE_KEY, field, shown(name)) for field, name in repeated_fields(raw)]
        if _ESCAPED_NUL not in raw:
            return value
        value = _without_nul(value)
    except NOT_JSON as error:
        raise Refused("", f"is no JSON: {error}") from None
    found.append(Deviation(Code.CONTROL_CHARACTER, "/", "\\u0000"))
    return value


def _without_nul(value: Any) -> Any:
    match value:
        case str():
            return value.replace("\x00", "")
        case list():
            return [_without_nul(item) for item in value]
        case dict():
            return {name: _without_nul(item) for name, item in value.items()}
        case _:
            return value
