"""Floors and ceilings for the whole session, net and gross each for itself (mod_tariffs, min_price, max_price)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from roamgrid.canonical.tariff import PriceLimit, Tariff, TaxIncluded
from roamgrid.pricing.findings import Finding, FindingCode
from roamgrid.pricing.rated import Adjustment, LimitKind, Line
from roamgrid.pricing.tax import net_and_gross

NONE = Decimal(0)


class Totals(NamedTuple):
    """Net and gross of a session; None: unknown."""

    net: Decimal | None
    gross: Decimal | None


def limit(
    tariff: Tariff, lines: Sequence[Line], totals: Totals, findings: list[Finding]
) -> tuple[Totals, tuple[Adjustment, ...]]:
    """Hold the totals against the tariff's limits; every movement is an adjustment of its own."""
    adjustments = []
    for kind, bound in ((LimitKind.MIN_PRICE, tariff.min_price), (LimitKind.MAX_PRICE, tariff.max_price)):
        if bound is None:
            continue
        moved = _adjustment(kind, bound, lines, totals, findings)
        if moved.net or moved.gross:
            adjustments.append(moved)
            totals = Totals(_plus(totals.net, moved.net), _plus(totals.gross, moved.gross))
    return totals, tuple(adjustments)


def _adjustment(
    kind: LimitKind, bound: PriceLimit, lines: Sequence[Line], totals: Totals, findings: list[Finding]
) -> Adjustment:
    net = _movement(kind, totals.net, bound.net)
    gross = _movement(kind, totals.gross, bound.gross)
    if net and bound.gross is None:
        gross = _other_side(net, TaxIncluded.NO, lines, findings)
    elif gross and bound.net is None:
        net = _other_side(gross, TaxIncluded.YES, lines, findings)
    return Adjustment(kind, net, gross)


def _movement(kind: LimitKind, total: Decimal | None, bound: Decimal | None) -> Decimal | None:
    if total is None:
        return None
    if bound is None:
        return NONE
    return max(bound - total, NONE) if kind is LimitKind.MIN_PRICE else min(bound - total, NONE)


def _other_side(movement: Decimal, included: TaxIncluded, lines: Sequence[Line], findings: list[Finding]) -> Decimal | None:
    """The tariff states one side of its limit only: the other follows where all lines bear one rate."""
    rates = {line.vat_percent for line in lines}
    rate = rates.pop() if len(rates) == 1 else None
    if rate is None:
        text = "the limit is stated for one side of the tax only, and the lines do not share one known rate"
        findings.append(Finding(FindingCode.LIMIT_TAX_UNKNOWN, text))
    net, gross = net_and_gross(movement, rate, included)
    return gross if included is TaxIncluded.NO else net


def _plus(total: Decimal | None, movement: Decimal | None) -> Decimal | None:
    return None if total is None or movement is None else total + movement
