"""Currencies and amounts."""

from functools import lru_cache

from roamgrid.canonical.money import CurrencyCode, currency
from roamgrid.canonical.session import Amount
from roamgrid.canonical.tariff import PriceLimit
from roamgrid.kernel.errors import Invalid
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.v2_2_1.types import Price


@lru_cache(maxsize=256)
def currency_of(code: str) -> CurrencyCode:
    """Raises `Refused` for what ISO 4217 does not list."""
    try:
        return currency(code.strip())
    except Invalid as error:
        raise Refused("/currency", error.message) from None


def amount(price: Price | None) -> Amount | None:
    """2.2.1 states net amounts; a gross one that is absent is unknown."""
    return Amount(price.excl_vat, price.incl_vat) if price else None


def limit(price: Price | None) -> PriceLimit | None:
    """A tariff's floor or ceiling."""
    return PriceLimit(price.excl_vat, price.incl_vat) if price else None
