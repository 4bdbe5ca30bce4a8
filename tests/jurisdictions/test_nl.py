"""Prices and VAT in the Netherlands. Tests named NL-nn are the requirements of that number in our compliance catalogue."""

from datetime import date
from decimal import Decimal

import pytest

from roamgrid.extensions import (
    Basis,
    Condition,
    Origin,
    PriceDimension,
    PriceUnknown,
    Severity,
    TaxRate,
    TaxRateUnknown,
    TaxRequest,
    UnknownReason,
)
from tests.jurisdictions.builders import (
    BOTH,
    EU_ONLY,
    codes,
    component,
    energy,
    lines,
    occupancy,
    session_fee,
    shown,
    unknown,
)

LAW = "Wet op de omzetbelasting 1968, art. 9(1)"


def test_nl_01_start_fee_and_pass_fee_are_part_of_the_offer() -> None:
    result = shown(
        component(PriceDimension.SUBSCRIPTION, "1.99", "0", Origin.MSP_FEE),
        session_fee("0.35", "0", Origin.MSP_FEE),
        energy("0.49", "0"),
        power_kw=Decimal(11),
    )
    assert [(c.label, c.text) for c in result.components] == [
        ("Stroom", "€ 0,49 per kWh incl. btw"),
        ("Starttarief (servicekosten)", "€ 0,35 per sessie incl. btw"),
        ("Abonnement (servicekosten)", "€ 1,99 per maand incl. btw"),
    ]


def test_nl_03_prices_without_a_stated_rate_are_shown_with_dutch_vat() -> None:
    result = shown(energy("0.40", tax=None), occupancy("6", tax=None))
    assert lines(result) == [("0.484", "kWh"), ("0.121", "min")]
    assert {(c.tax_percent, c.tax_included) for c in result.components} == {(Decimal(21), True)}
    assert result.violations == ()


@pytest.mark.parametrize("reason", UnknownReason)
def test_nl_05_an_unknown_price_is_flagged_and_never_free(reason: UnknownReason) -> None:
    result = unknown(PriceUnknown(reason))
    assert (result.price, result.text) == (PriceUnknown(reason), "prijs onbekend")
    assert codes(result) == ["AFIR_NAP_PRICE_MISSING"]
    assert result.components == ()


def test_the_reader_chooses_the_language() -> None:
    assert unknown(PriceUnknown(UnknownReason.NO_TARIFF), locale="en-GB").text == "price unknown"
    assert shown(energy("0.40"), locale="en-GB").components[0].text == "€ 0.484 per kWh incl. VAT"
    assert shown(energy("0.40"), locale="fr-FR").components[0].text == "€ 0,484 per kWh incl. btw"


def test_conditions_are_worded() -> None:
    condition = Condition(min_kwh=Decimal("10.5"), max_seconds=1800, max_power_kw=Decimal(50))
    (only,) = shown(energy("0.5", "0", condition=condition)).components
    assert only.text == "€ 0,50 per kWh incl. btw, vanaf 10,5 kWh, de eerste 30 minuten, onder 50 kW"


def test_a_gross_price_of_unknown_rate_keeps_its_amount() -> None:
    (only,) = shown(energy("0.79", tax=None, basis=Basis.GROSS)).components
    assert (only.amount, only.tax_percent, only.tax_included) == (Decimal("0.79"), Decimal(21), True)


def test_another_stated_rate_is_kept_and_noticed() -> None:
    result = shown(energy("0.40", tax="9"))
    assert lines(result) == [("0.436", "kWh")]
    assert [(v.code, v.severity) for v in result.violations] == [("NL_VAT_RATE_DIFFERS", Severity.NOTICE)]


@pytest.mark.parametrize(
    ("day", "percent"),
    [(date(2026, 6, 1), 21), (date(2012, 10, 1), 21), (date(2012, 9, 30), 19), (date(2001, 1, 1), 19)],
)
def test_the_general_rate_depends_on_the_day(day: date, percent: int) -> None:
    assert BOTH.tax_rate(TaxRequest("NLD", day)) == TaxRate(Decimal(percent), "btw", LAW)


@pytest.mark.parametrize("request_", [TaxRequest("DEU", date(2026, 6, 1)), TaxRequest("NLD", date(2000, 12, 31))])
def test_a_rate_is_never_guessed(request_: TaxRequest) -> None:
    with pytest.raises(TaxRateUnknown):
        BOTH.tax_rate(request_)


def test_dutch_rules_do_not_touch_a_german_station() -> None:
    (only,) = shown(energy("0.40", tax=None), country="DEU").components
    assert (only.text, only.tax_included) == ("€ 0.40 per kWh excl. VAT", False)
    assert shown(energy("0.40", tax=None), country="DEU") == shown(energy("0.40", tax=None), country="DEU", pack=EU_ONLY)
