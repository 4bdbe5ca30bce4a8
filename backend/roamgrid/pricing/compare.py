"""An operator's total held against ours."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from roamgrid.canonical.money import CurrencyCode, minor_units
from roamgrid.canonical.session import Amount
from roamgrid.pricing.explain import plain
from roamgrid.pricing.findings import UNVERIFIABLE
from roamgrid.pricing.rated import Rated


class VerdictKind(StrEnum):
    """MATCH: within tolerance. MISMATCH: not. NOT_VERIFIABLE: a difference would prove nothing, or nothing compares."""

    MATCH = "match"
    MISMATCH = "mismatch"
    NOT_VERIFIABLE = "not_verifiable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome with its evidence. Differences are claim less ours, exact; None: one of the two is unknown."""

    kind: VerdictKind
    net_difference: Decimal | None
    gross_difference: Decimal | None
    reasons: tuple[str, ...]


def compare(rated: Rated, claim: Amount, currency: CurrencyCode, tolerance: Decimal | None = None) -> Verdict:
    """Does the claim agree with the rating, net with net and gross with gross, as far as both are known.

    `tolerance`: absolute, in currency units; None: one minor unit, for OCPI leaves rounding to the operator.
    """
    if currency != rated.currency:
        reason = f"claimed in {currency}, the tariff is in {rated.currency}"
        return Verdict(VerdictKind.MISMATCH, None, None, (reason,))
    allowed = Decimal(1).scaleb(-minor_units(currency)) if tolerance is None else tolerance
    net, gross = _difference(claim.net, rated.net), _difference(claim.gross, rated.gross)
    compared = [("net", net), ("gross", gross)]
    off = tuple(
        f"{side} differs by {plain(difference)}, allowed is {plain(allowed)}"
        for side, difference in compared
        if difference is not None and abs(difference) > allowed
    )
    doubts = tuple(f"{f.code}: {f.text}" for f in rated.findings if f.code in UNVERIFIABLE)
    if net is None and gross is None:
        reason = "neither net nor gross is known on both sides"
        return Verdict(VerdictKind.NOT_VERIFIABLE, net, gross, (reason, *doubts))
    if not off:
        return Verdict(VerdictKind.MATCH, net, gross, doubts)
    return Verdict(VerdictKind.NOT_VERIFIABLE if doubts else VerdictKind.MISMATCH, net, gross, (*off, *doubts))


def _difference(claimed: Decimal | None, ours: Decimal | None) -> Decimal | None:
    return None if claimed is None or ours is None else claimed - ours
