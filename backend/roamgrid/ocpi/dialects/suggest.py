"""Which dialects would absorb what was observed on a connection: a pure function from observations to suggestions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roamgrid.ocpi.dialects.bundled import bundled, joined, layers, names
from roamgrid.ocpi.dialects.signs import Sign
from roamgrid.ocpi.wire.common.deviations import Code

_CAMEL_CASE = re.compile(r"[a-z]+([A-Z][a-z]+)+")


@dataclass(frozen=True, slots=True)
class Observed:
    """One thing seen on a connection, by a conformance run or in its traffic. `example` holds no secret; `count`: how often."""

    sign: Sign
    module: str
    example: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Counted:
    """A deviation as it is counted for a connection."""

    module: str
    code: str
    field: str
    example: str
    count: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A dialect to add, what it changes in the connection's version, and what speaks for it."""

    dialect: str
    summary: str
    switches: dict[str, object]
    evidence: tuple[Observed, ...]


def suggest(observed: Iterable[Observed], current: str, version: str) -> list[Suggestion]:
    """The strongest evidence first; nothing that the current dialect contains already. Raises `UnknownDialect`."""
    seen = list(observed)
    spoken = set(layers(current))
    suggestions = []
    for name in names():
        one = bundled(name)
        evidence = tuple(item for item in seen if item.sign in one.about.absorbs)
        if evidence and name not in spoken:
            suggestions.append(Suggestion(name, one.about.summary, one.said(version), evidence))
    return sorted(suggestions, key=lambda one: (-sum(item.count for item in one.evidence), one.dialect))


def with_suggestions(current: str, suggestions: Sequence[Suggestion]) -> str:
    """The dialect to set when all suggestions are taken: what is more specific than the present one comes later."""
    return joined(current, *(one.dialect for one in suggestions))


def read_deviations(counted: Iterable[Counted]) -> list[Observed]:
    """What the deviations of a connection's traffic tell; most are absorbed by every reader and tell nothing."""
    return [
        Observed(sign, one.module, f"{one.code} {one.field} {one.example}".strip(), one.count)
        for one in counted
        if (sign := _sign(one)) is not None
    ]


def _sign(one: Counted) -> Sign | None:
    match one.code, one.module:
        case Code.REFUSED, "sessions" | "locations" | "tariffs" if (
            one.field == "/last_updated" and "is required" in one.example
        ):
            return Sign.PATCH_UNDATED
        case Code.REFUSED, "tariffs" | "cdrs" | "sessions" if _CAMEL_CASE.fullmatch(one.field.rpartition("/")[2]):
            return Sign.CAMEL_CASE_RESTRICTIONS
        case Code.UNKNOWN_FIELD, _ if "/restrictions/" in one.field and _CAMEL_CASE.fullmatch(one.example):
            return Sign.CAMEL_CASE_RESTRICTIONS
        case Code.UNKNOWN_FIELD, "locations" if one.example in ("voltage", "amperage") and "/connectors/" in one.field:
            return Sign.OLD_CONNECTOR_NAMES
        case Code.PERIODS_REPEATED, "sessions":
            return Sign.PERIODS_REPEATED
        case Code.ROUTING_MISSING, _:
            return Sign.ROUTING_HEADERS_MISSING
        case Code.POWER_IMPLAUSIBLE, "locations":
            return Sign.POWER_IN_KW if _is_below_1000(one.example) else None
        case Code.TIME_ZONE_UNKNOWN, "locations":
            return Sign.ZONE_MISSING
        case _:
            return None


def _is_below_1000(text: str) -> bool:
    return text.isdigit() and 0 < int(text) < 1000
