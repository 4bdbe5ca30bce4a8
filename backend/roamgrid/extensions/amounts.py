"""From an offered price to an amount per displayed unit: exact arithmetic, rounded only where no decimal is exact."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from roamgrid.canonical.money import CurrencyCode
from roamgrid.extensions.prices import (
    TIMED,
    Basis,
    DisplayComponent,
    OfferedComponent,
    PriceDimension,
    Unit,
)

DISPLAY_QUANTUM = Decimal("0.0001")
MINUTES_PER_HOUR = 60
UNITS = {
    PriceDimension.ENERGY: Unit.KWH,
    PriceDimension.FLAT: Unit.SESSION,
    PriceDimension.RESERVATION_FLAT: Unit.SESSION,
    PriceDimension.MIN_PRICE: Unit.SESSION,
    PriceDimension.MAX_PRICE: Unit.SESSION,
    PriceDimension.SUBSCRIPTION: Unit.MONTH,
}


def display_component(
    offered: OfferedComponent,
    currency: CurrencyCode,
    *,
    time_unit: Unit = Unit.HOUR,
    tax_percent: Decimal | None = None,
) -> DisplayComponent:
    """An offered price as it is shown: with tax where the rate is known (the offer's own, else `tax_percent`)."""
    unit = time_unit if offered.dimension in TIMED else UNITS[offered.dimension]
    rate = offered.tax_percent if offered.tax_percent is not None else tax_percent
    amount, exact = per_unit(offered, unit, rate)
    included = rate is not None or offered.basis is not Basis.NET
    return DisplayComponent(offered, unit, amount, currency, rate, tax_included=included, exact=exact)


def per_unit(offered: OfferedComponent, unit: Unit, tax_percent: Decimal | None) -> tuple[Decimal, bool]:
    """The amount for one unit, tax added to a net price of known rate; and whether the decimal is exact.

    EUR 2.50 an hour is 0.041666... a minute: such an amount comes back rounded to four decimals, and False.
    """
    value = Fraction(offered.price)
    if offered.basis is Basis.NET and tax_percent is not None:
        value *= 1 + Fraction(tax_percent) / 100
    if unit is Unit.MINUTE:
        value /= MINUTES_PER_HOUR
    return _decimal(value)


def _decimal(value: Fraction) -> tuple[Decimal, bool]:
    quotient = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(quotient) == value:
        return quotient, True
    return quotient.quantize(DISPLAY_QUANTUM, rounding=ROUND_HALF_UP), False
