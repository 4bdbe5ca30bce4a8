"""What a driver pays, to the cent, and the same that the offer said."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.canonical.money import CurrencyCode, Money, minor_units
from roamgrid.canonical.tariff import Dimension, PriceComponent, PriceLimit, Tariff, TariffElement, TaxIncluded
from roamgrid.extensions import (
    Basis,
    Channel,
    OfferedComponent,
    Origin,
    PriceDimension,
    PriceDisplayRequest,
    PriceUnknown,
    TaxRate,
    UnknownReason,
    load_registry,
)
from roamgrid.pricing import Usage, components_at, offered, rate
from roamgrid.settlement import retail
from roamgrid.settlement.plans.models import PlanKind, PlanVersion
from tests import builders
from tests.builders import NOON, OPERATOR
from tests.settlement.world import plan

VAT = TaxRate(Decimal(21), "btw", "law")
EUR = CurrencyCode("EUR")
FIXED = plan(kind=PlanKind.FIXED_PER_KWH, per_kwh=Decimal("0.52"))


def billed(plan: PlanVersion, tariff: Tariff | None = None, kwh: str = "10", **claim: Decimal) -> retail.RetailBill:
    """The bill for one hour at a tariff."""
    cdr = builders.cdr(kwh=kwh)
    wholesale = rate(retail.sold(tariff, VAT), Usage.of_cdr(cdr, "Europe/Amsterdam")) if tariff else None
    return retail.rate(plan, wholesale, cdr.total_energy, OPERATOR, VAT, EUR, **claim)


def priced(*prices: tuple[Dimension, str, str | None], **changes: Any) -> Tariff:
    """One element; (dimension, price, the operator's VAT)."""
    components = tuple(PriceComponent(dim, Decimal(price), Decimal(vat) if vat else None, 1) for dim, price, vat in prices)
    return builders.tariff(elements=(TariffElement(components),), **changes)


def totals(bill: retail.RetailBill) -> tuple[str, str, str]:
    return str(bill.net), str(bill.tax), str(bill.gross)


def test_the_operators_price_plus_a_session_fee():
    # 10 kWh * 0.40 = 4.00, fee 0.35: net 4.35, 21 % of it is 0.9135, gross 5.2635
    bill = billed(plan(session_fee=Decimal("0.35")), builders.tariff())
    assert totals(bill) == ("4.35", "0.91", "5.26")
    assert [(line.text, line.origin, str(line.net)) for line in bill.lines] == [
        ("Energy", Origin.CPO, "4.00"),
        ("Service fee", Origin.MSP_FEE, "0.35"),
    ]


def test_a_fee_agreed_for_one_operator_replaces_the_general_one():
    assert totals(billed(plan(session_fee=Decimal("0.35"), partner_fees={"NL*GRF": Decimal(0)}), builders.tariff())) == (
        "4.00",
        "0.84",
        "4.84",
    )


def test_a_fee_per_kwh():
    # 10 * (0.40 + 0.03) = 4.30, gross 5.203
    assert totals(billed(plan(per_kwh_fee=Decimal("0.03")), builders.tariff())) == ("4.30", "0.90", "5.20")


def test_one_price_per_kwh_whatever_the_operator_asks():
    # 10 * 0.52 = 5.20, gross 6.292
    bill = billed(FIXED, builders.tariff(per_kwh="99"))
    assert totals(bill) == ("5.20", "1.09", "6.29")
    assert [(line.quantity, line.unit, line.unit_price) for line in bill.lines] == [(Decimal(10), "kWh", Decimal("0.52"))]


def test_a_price_stated_with_tax_stays_what_it_is():
    # 0.49 with tax * 10 kWh = 4.90, net 4.0495...
    assert totals(billed(plan(), priced((Dimension.ENERGY, "0.49", "21"), tax_included=TaxIncluded.YES))) == (
        "4.05",
        "0.85",
        "4.90",
    )


def test_the_operators_own_tax_rate_is_not_the_drivers():
    # 4.00 net at the operator's 9 %; the driver bears 21 %
    assert totals(billed(plan(), priced((Dimension.ENERGY, "0.40", "9")))) == ("4.00", "0.84", "4.84")


def test_an_operator_without_tax_sells_net_to_us():
    assert totals(billed(plan(), priced((Dimension.ENERGY, "0.40", None), tax_included=TaxIncluded.NA))) == (
        "4.00",
        "0.84",
        "4.84",
    )


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (PriceLimit(None, Decimal(3)), ("2.48", "0.52", "3.00")),
        (PriceLimit(Decimal(3), None), ("3.00", "0.63", "3.63")),
        (PriceLimit(Decimal(9), Decimal(3)), ("2.48", "0.52", "3.00")),
    ],
)
def test_the_operators_ceiling_holds_for_the_driver(limit: PriceLimit, expected: tuple[str, str, str]):
    bill = billed(plan(), builders.tariff(max_price=limit))
    assert totals(bill) == expected
    assert bill.lines[-1].text == "Down to the operator's maximum price"
    assert bill.lines[-1].net < 0


def test_without_any_tariff_the_operators_claim_is_passed_on():
    bill = billed(plan(session_fee=Decimal("0.35")), None, claim=Decimal("4.1234"))
    # 4.1234 + 0.35 = 4.4734, gross 5.412814
    assert totals(bill) == ("4.47", "0.94", "5.41")


def test_lines_share_the_rounding_so_that_they_add_up():
    # three times 0.335 (1 kWh, 1 h, 1 session): 1.005 rounds to 1.01; the first two remainders are rounded up
    prices = [(dimension, "0.335", None) for dimension in (Dimension.ENERGY, Dimension.TIME, Dimension.FLAT)]
    bill = billed(plan(), priced(*prices), kwh="1")
    assert sorted(str(line.net) for line in bill.lines) == ["0.33", "0.34", "0.34"]
    assert str(bill.net) == "1.01"


amounts = st.decimals(min_value="-50", max_value="500", places=5)


@given(st.lists(amounts, max_size=8), st.sampled_from([CurrencyCode("EUR"), CurrencyCode("JPY"), CurrencyCode("KWD")]))
def test_apportioned_parts_add_up_and_stray_less_than_one_unit(parts: list[Decimal], currency: CurrencyCode):
    total = Money(sum(parts, Decimal(0)), currency).rounded().amount
    shares = retail.apportion(total, parts, minor_units(currency))
    unit = Decimal(1).scaleb(-minor_units(currency))
    assert sum(shares, Decimal(0)) == total
    assert all(abs(share - part) < unit or share == part for share, part in zip(shares, parts, strict=True))


prices = st.decimals(min_value="0", max_value="2", places=4)


@given(
    prices, prices, prices, prices, st.decimals(min_value="0", max_value="150", places=3), st.sampled_from(list(TaxIncluded))
)
def test_a_bill_adds_up_whatever_its_prices(energy, time, flat, fee, kwh, included):
    tariff = priced((Dimension.ENERGY, str(energy), None), (Dimension.TIME, str(time), None), (Dimension.FLAT, str(flat), None))
    tariff = replace(tariff, tax_included=included)
    bill = billed(plan(session_fee=fee, per_kwh_fee=fee), tariff, kwh=str(kwh))
    assert sum((line.net for line in bill.lines), Decimal(0)) == bill.net
    assert bill.net + bill.tax == bill.gross
    assert abs(bill.tax - bill.net * VAT.percent / 100) <= Decimal("0.0111")


@given(prices, prices, st.sampled_from(list(TaxIncluded)), st.sampled_from([None, "9", "21"]))
def test_the_bill_for_one_kwh_is_what_the_offer_displayed(energy, fee, included, vat):
    tariff = priced((Dimension.ENERGY, str(energy), vat), tax_included=included)
    brand = plan(session_fee=fee)
    components = retail.offer_components(brand, offered(tariff, components_at(tariff, NOON, "Europe/Amsterdam")), OPERATOR)
    request = PriceDisplayRequest(components, Decimal(22), "NLD", EUR, Channel.APP, NOON.date(), "Europe/Amsterdam", "en")
    display = load_registry().resolve(["eu_afir", "nl"]).display(request)
    assert all(component.tax_included for component in display.components)
    displayed = sum((component.amount for component in display.components), Decimal(0))
    assert billed(brand, tariff, kwh="1").gross == Money(displayed, EUR).rounded().amount


def test_an_offer_keeps_the_operators_components_and_adds_ours():
    theirs = OfferedComponent(PriceDimension.ENERGY, Decimal("0.40"), Decimal(9), basis=Basis.NO_TAX)
    shown = retail.offer_components(plan(session_fee=Decimal("0.35"), per_kwh_fee=Decimal("0.03")), (theirs,), OPERATOR)
    assert shown == (
        OfferedComponent(PriceDimension.ENERGY, Decimal("0.40"), None),
        OfferedComponent(PriceDimension.FLAT, Decimal("0.35"), None, origin=Origin.MSP_FEE),
        OfferedComponent(PriceDimension.ENERGY, Decimal("0.03"), None, origin=Origin.MSP_FEE),
    )


def test_an_unknown_price_stays_unknown_unless_the_plan_fixes_it():
    unknown = PriceUnknown(UnknownReason.NO_TARIFF)
    assert retail.offer_components(plan(session_fee=Decimal(1)), unknown, OPERATOR) == unknown
    assert retail.offer_components(FIXED, unknown, OPERATOR) == (
        OfferedComponent(PriceDimension.ENERGY, Decimal("0.52"), None, origin=Origin.MSP_FEE),
    )
