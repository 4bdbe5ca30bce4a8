"""What was noticed while rating: named, so that finance can count them and a partner can be told."""

from dataclasses import dataclass
from enum import StrEnum


class FindingCode(StrEnum):
    """Stable names of observations. None of them stops a rating."""

    FLAT_CHANGED = "FLAT_CHANGED"
    LIMIT_TAX_UNKNOWN = "LIMIT_TAX_UNKNOWN"
    NEGATIVE_ENERGY = "NEGATIVE_ENERGY"
    NOTHING_PRICED = "NOTHING_PRICED"
    NO_PERIODS = "NO_PERIODS"
    OTHER_TARIFF_NAMED = "OTHER_TARIFF_NAMED"
    OUTSIDE_TARIFF_VALIDITY = "OUTSIDE_TARIFF_VALIDITY"
    PERIODS_DERIVED = "PERIODS_DERIVED"
    PERIODS_OUT_OF_ORDER = "PERIODS_OUT_OF_ORDER"
    PERIOD_OUTSIDE_SESSION = "PERIOD_OUTSIDE_SESSION"
    PERIOD_SPANS_PRICE_CHANGE = "PERIOD_SPANS_PRICE_CHANGE"
    POWER_UNKNOWN = "POWER_UNKNOWN"
    TARIFF_EMPTY = "TARIFF_EMPTY"
    TAX_UNKNOWN = "TAX_UNKNOWN"


UNVERIFIABLE = frozenset(
    {
        FindingCode.NO_PERIODS,
        FindingCode.OTHER_TARIFF_NAMED,
        FindingCode.OUTSIDE_TARIFF_VALIDITY,
        FindingCode.PERIODS_DERIVED,
        FindingCode.POWER_UNKNOWN,
        FindingCode.TARIFF_EMPTY,
    }
)
"""With one of these a difference to an operator's total proves nothing: we lacked what the operator had."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation, with the period (0 = first in time) it was made in."""

    code: FindingCode
    text: str
    period: int | None = None
