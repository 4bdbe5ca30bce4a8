"""Habits in how values are written, wherever they stand in a document. Each function returns a new document."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from roamgrid.sandbox.ocpi.quirks.catalogue import Quirk

Json = dict[str, Any]
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d):(\d\d)(\.\d+)?Z")
_ENUMS = {
    *("status", "type", "parking_type", "standard", "format", "power_type", "auth_method", "capabilities", "facilities"),
    *("parking_restrictions", "whitelist", "day_of_week", "tax_included", "allowed", "result", "default_profile_type"),
}
_OWNER = {"country_code", "party_id"}


def _each_text(document: Any, change: Callable[[str], str]) -> Any:
    if isinstance(document, dict):
        return {name: _each_text(value, change) for name, value in document.items()}
    if isinstance(document, list):
        return [_each_text(item, change) for item in document]
    return change(document) if isinstance(document, str) else document


def _each_field(document: Any, names: set[str], change: Callable[[str], str]) -> Any:
    """Change texts, and lists of texts, that stand under one of these names."""
    if isinstance(document, dict):
        return {
            name: _each_text(value, change)
            if name in names and not isinstance(value, dict)
            else _each_field(value, names, change)
            for name, value in document.items()
        }
    if isinstance(document, list):
        return [_each_field(item, names, change) for item in document]
    return document


def _moments(ending: str) -> Callable[[Json], Json]:
    def rewrite(document: Json) -> Json:
        written: Json = _each_text(document, lambda text: _MOMENT.sub(ending, text))
        return written

    return rewrite


def _lowercase(names: set[str]) -> Callable[[Json], Json]:
    def rewrite(document: Json) -> Json:
        written: Json = _each_field(document, names, str.lower)
        return written

    return rewrite


def _as_text(document: Any) -> Any:
    if isinstance(document, dict):
        return {name: _as_text(value) for name, value in document.items()}
    if isinstance(document, list):
        return [_as_text(item) for item in document]
    is_number = isinstance(document, int | float | Decimal) and not isinstance(document, bool)
    return str(document) if is_number else document


def _numbers_as_text(document: Json) -> Json:
    return {name: _as_text(value) for name, value in document.items()}


REWRITES: dict[Quirk, Callable[[Json], Json]] = {
    Quirk.NUMBERS_AS_TEXT: _numbers_as_text,
    Quirk.LOWERCASE_ENUMS: _lowercase(_ENUMS),
    Quirk.LOWERCASE_PARTY: _lowercase(_OWNER),
    Quirk.DATES_WITH_OFFSET: _moments(r"\1:\2\3+00:00"),
    Quirk.DATES_WITHOUT_ZONE: _moments(r"\1:\2\3"),
    Quirk.DATES_WITH_NANOSECONDS: _moments(r"\1:\2.123456789Z"),
    Quirk.DATES_MALFORMED: _moments(r"\1:0\2Z"),
}
