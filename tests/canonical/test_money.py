"""Amounts are exact, in one currency, rounded once."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.canonical.money import CurrencyCode, CurrencyMismatch, Money, currency, minor_units
from roamgrid.kernel.errors import Invalid

CURRENCIES = st.sampled_from([CurrencyCode(code) for code in ("EUR", "JPY", "KWD", "GBP", "PLN", "CLF")])
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=6)


def money(amount: str, code: str = "EUR") -> Money:
    return Money(Decimal(amount), CurrencyCode(code))


@pytest.mark.parametrize(
    ("amount", "code", "rounded", "minor"),
    [
        ("1.005", "EUR", "1.01", 101),
        ("1.0049999", "EUR", "1.00", 100),
        ("-1.005", "EUR", "-1.01", -101),
        ("0.5", "JPY", "1", 1),
        ("1234.49", "JPY", "1234", 1234),
        ("1.0005", "KWD", "1.001", 1001),
        ("1.00005", "CLF", "1.0001", 10001),
        ("0", "EUR", "0.00", 0),
    ],
)
def test_rounding_is_half_away_from_zero_to_what_can_be_paid(amount: str, code: str, rounded: str, minor: int) -> None:
    assert str(money(amount, code).rounded().amount) == rounded
    assert money(amount, code).minor() == minor


def test_currencies_have_their_iso_exponents() -> None:
    exponents = {code: minor_units(currency(code)) for code in ("EUR", "jpy", "KWD", "CLF", "HUF", "XAU")}
    assert exponents == {"EUR": 2, "jpy": 0, "KWD": 3, "CLF": 4, "HUF": 2, "XAU": 2}


@pytest.mark.parametrize("code", ["", "EU", "EURO", "XXXX", "E R"])
def test_an_unknown_currency_is_refused_by_name(code: str) -> None:
    with pytest.raises(Invalid) as caught:
        currency(code)
    assert caught.value.field == "currency"


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(CurrencyMismatch, match="EUR and USD do not add up"):
        money("1") + money("1", "USD")
    with pytest.raises(CurrencyMismatch):
        money("1") - money("1", "USD")


def test_an_amount_says_what_it_is() -> None:
    assert (str(money("1.10")), str(-money("1.10")), str(money("2") - money("0.5"))) == ("1.10 EUR", "-1.10 EUR", "1.5 EUR")


@given(AMOUNTS, CURRENCIES)
def test_rounding_moves_less_than_half_a_unit_and_once_only(amount: Decimal, code: CurrencyCode) -> None:
    rounded = Money(amount, code).rounded()
    half = Decimal(5).scaleb(-minor_units(code) - 1)
    assert abs(rounded.amount - amount) <= half
    assert rounded.rounded() == rounded
    assert rounded.minor() == int((amount.scaleb(minor_units(code))).to_integral_value(ROUND_HALF_UP))


@given(st.lists(AMOUNTS, min_size=1), CURRENCIES)
def test_sums_do_not_depend_on_their_order(amounts: list[Decimal], code: CurrencyCode) -> None:
    def total(parts: list[Decimal]) -> Money:
        result = Money(Decimal(0), code)
        for part in parts:
            result = result + Money(part, code)
        return result

    assert total(amounts) == total(list(reversed(amounts)))
    assert total(amounts) - total(amounts) == Money(Decimal(0), code)
