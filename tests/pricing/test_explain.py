"""A rating in words."""

from datetime import time
from decimal import Decimal

from roamgrid.canonical.tariff import TaxIncluded
from roamgrid.pricing import explain, rate
from tests.pricing.builders import bound, charge, element, energy, flat, period, tariff


def test_every_line_says_what_was_multiplied_with_what() -> None:
    offer = tariff(
        element(energy("0.4", step=100), start_time=time(9), end_time=time(18), weekdays=frozenset({2, 1})),
        element(flat("0.35", vat=None)),
        max_price=bound("5", None),
    )
    assert explain(rate(offer, charge(period(0, ENERGY="20.45", TIME="1")))) == [
        "FLAT, element 2: 1 session x 0.35 EUR/session net, tax unknown = 0.35 EUR net, unknown gross",
        "ENERGY, element 1 (start_time 09:00:00, end_time 18:00:00, Mon Tue): 20.45 kWh, billed 20.5 kWh (step 100 Wh)"
        " x 0.4 EUR/kWh net, tax 21 % = 8.2 EUR net, 9.922 EUR gross",
        "TIME: 1 used, no price applies",
        "MAX_PRICE: -3.55 EUR net, unknown gross to reach the tariff's limit",
        "total: 5 EUR net, unknown gross, unrounded",
        "note LIMIT_TAX_UNKNOWN: the limit is stated for one side of the tax only, and the lines do not share one known rate",
        "note TAX_UNKNOWN: a component states no tax rate, so one side is unknown",
    ]


def test_prices_with_tax_are_said_to_include_it() -> None:
    offer = tariff(element(energy("0.605"), max_kwh=Decimal(50)), tax_included=TaxIncluded.YES)
    assert explain(rate(offer, charge(period(0, ENERGY="10"))))[0] == (
        "ENERGY, element 1 (max_kwh 50): 10 kWh x 0.605 EUR/kWh incl. tax, tax 21 % = 5 EUR net, 6.05 EUR gross"
    )
