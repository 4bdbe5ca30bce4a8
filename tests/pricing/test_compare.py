"""An operator's claim held against our rating."""

from decimal import Decimal

import pytest

from roamgrid.canonical.money import currency
from roamgrid.canonical.session import Amount
from roamgrid.pricing import VerdictKind, compare, rate
from tests.pricing.builders import charge, element, energy, period, tariff

EUR = currency("EUR")
RATED = rate(tariff(element(energy("0.40"))), charge(period(0, ENERGY="20.01")))
"""8.004 net, 9.68484 gross."""


def amount(net: str, gross: str | None = None) -> Amount:
    return Amount(Decimal(net), None if gross is None else Decimal(gross))


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        (amount("8.00", "9.68"), VerdictKind.MATCH),
        (amount("8.01", "9.69"), VerdictKind.MATCH),
        (amount("8.00"), VerdictKind.MATCH),
        (amount("8.02", "9.69"), VerdictKind.MISMATCH),
        (amount("8.00", "9.70"), VerdictKind.MISMATCH),
    ],
)
def test_net_and_gross_must_both_agree_to_a_cent(claim: Amount, kind: VerdictKind) -> None:
    assert compare(RATED, claim, EUR).kind is kind


def test_the_difference_is_exact_and_says_who_asks_more() -> None:
    verdict = compare(RATED, amount("8.50", "9.00"), EUR)
    assert (verdict.net_difference, verdict.gross_difference) == (Decimal("0.496"), Decimal("-0.68484"))
    assert verdict.reasons == ("net differs by 0.496, allowed is 0.01", "gross differs by -0.68484, allowed is 0.01")


def test_the_tolerance_can_be_given() -> None:
    assert compare(RATED, amount("8.00"), EUR, Decimal("0.004")).kind is VerdictKind.MATCH
    assert compare(RATED, amount("8.00"), EUR, Decimal("0.003")).kind is VerdictKind.MISMATCH


def test_a_claim_in_another_currency_is_a_mismatch() -> None:
    assert compare(RATED, amount("8.00"), currency("SEK")).kind is VerdictKind.MISMATCH


def test_an_unknown_gross_is_not_compared() -> None:
    rated = rate(tariff(element(energy("0.40", vat=None))), charge(period(0, ENERGY="20")))
    verdict = compare(rated, amount("8.00", "99"), EUR)
    assert (verdict.kind, verdict.gross_difference) == (VerdictKind.MATCH, None)


def test_a_tariff_without_elements_verifies_nothing() -> None:
    verdict = compare(rate(tariff(), charge(period(0, ENERGY="20"))), amount("8.00"), EUR)
    assert verdict.kind is VerdictKind.NOT_VERIFIABLE
    assert verdict.reasons[0] == "neither net nor gross is known on both sides"


def test_a_difference_without_the_operators_power_data_proves_nothing() -> None:
    offer = tariff(element(energy("0.80"), min_power=Decimal(50)), element(energy("0.40")))
    rated = rate(offer, charge(period(0, ENERGY="20")))
    assert compare(rated, amount("16.00"), EUR).kind is VerdictKind.NOT_VERIFIABLE
    assert compare(rated, amount("8.00"), EUR).kind is VerdictKind.MATCH
