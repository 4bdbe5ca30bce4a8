"""Documents checked against the field tables of each version, which were compiled apart from any code of ours."""

import re
from decimal import Decimal
from functools import cache
from typing import Any

from roamgrid.kernel.json import loads
from tests.ocpi.facts import shared

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,4})?Z?")
_TEXTS = {"string", "CiString", "URL"}


@cache
def _tables(version: str) -> Any:
    return loads(shared(f"ocpi/fields/ocpi-{version}.json").read_bytes())


def problems(document: Any, kind: str, version: str, path: str = "") -> list[str]:
    """Where a document differs from the field table of its object; an empty list where it does not."""
    tables = _tables(version)
    if kind in tables["objects"]:
        return _object_problems(document, tables["objects"][kind], version, path or kind)
    if kind in tables["enums"]:
        enum = tables["enums"][kind]
        known = enum["open"] or document in enum["values"]
        return [] if known else [f"{path}: {document!r} is no {kind}"]
    return [] if _is_value(document, kind) else [f"{path}: {document!r} is no {kind}"]


def _object_problems(document: Any, fields: Any, version: str, path: str) -> list[str]:
    if not isinstance(document, dict):
        return [f"{path}: not an object"]
    found = [f"{path}.{name}: unknown field" for name in document if name not in fields]
    for name, field in fields.items():
        found += _field_problems(document, name, field, version, f"{path}.{name}")
    return found


def _field_problems(document: Any, name: str, field: Any, version: str, path: str) -> list[str]:
    value, cardinality = document.get(name), field["card"]
    if value is None:
        return [f"{path}: missing"] if cardinality in "1+" else []
    if cardinality in "*+":
        if not isinstance(value, list) or (cardinality == "+" and not value):
            return [f"{path}: not a list, or an empty one"]
        return [problem for item in value for problem in problems(item, field["type"], version, path)]
    too_long = isinstance(value, str) and len(value) > field.get("max_len", 10_000)
    return problems(value, field["type"], version, path) + ([f"{path}: too long"] if too_long else [])


def _is_value(value: Any, kind: str) -> bool:
    if kind == "DateTime":
        return isinstance(value, str) and _MOMENT.fullmatch(value) is not None
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | Decimal) and not isinstance(value, bool)
    if kind in _TEXTS:
        return isinstance(value, str)
    raise AssertionError(f"the field tables name a type that this check does not know: {kind}")
