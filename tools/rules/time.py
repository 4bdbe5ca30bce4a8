"""Every point in time knows its zone."""

import ast
from collections.abc import Iterator

from tools.rules.source import Finding, Source, dotted

# Constructor -> how many positional arguments it takes to reach the time zone.
_NEEDS_ZONE = {"datetime": 8, "datetime.now": 1, "datetime.fromtimestamp": 2}
_NEVER = {"datetime.utcnow", "datetime.utcfromtimestamp", "datetime.today", "date.today"}


def no_naive_datetimes(source: Source) -> Iterator[Finding]:
    """`datetime` without a time zone means something else on every machine. Strict in tests as well."""
    for call in source.calls():
        name = _short(dotted(call.func))
        if name in _NEVER:
            yield source.finding("naive-datetime", call, f"{name}() has no zone; take the time from a Clock")
        elif name in _NEEDS_ZONE and not _has_zone(call, _NEEDS_ZONE[name]):
            yield source.finding("naive-datetime", call, f"{name}(...) without a zone; add UTC")


def _short(name: str) -> str:
    """The name as after `from datetime import ...`, however the module was imported."""
    for prefix in ("datetime.datetime", "dt.datetime"):
        if name == prefix or name.startswith(f"{prefix}."):
            return "datetime" + name.removeprefix(prefix)
    return "date.today" if name in {"datetime.date.today", "dt.date.today"} else name


def _has_zone(call: ast.Call, position: int) -> bool:
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return True  # cannot be seen from here
    if len(call.args) >= position:
        return not _is_none(call.args[position - 1])
    return any(keyword.arg in {"tz", "tzinfo", None} and not _is_none(keyword.value) for keyword in call.keywords)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
