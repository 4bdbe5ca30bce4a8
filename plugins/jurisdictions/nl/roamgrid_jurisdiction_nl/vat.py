"""The general rate of Dutch VAT (btw) by day."""

from datetime import date
from decimal import Decimal

from roamgrid.extensions import TaxRate

LAW = "Wet op de omzetbelasting 1968, art. 9(1)"
GENERAL_RATE = (
    (date(2012, 10, 1), TaxRate(Decimal(21), "btw", LAW)),
    (date(2001, 1, 1), TaxRate(Decimal(19), "btw", LAW)),
)


def rate_on(day: date) -> TaxRate | None:
    """The rate in force, None before 2001: no charge of that time is ours to bill."""
    return next((rate for since, rate in GENERAL_RATE if day >= since), None)
