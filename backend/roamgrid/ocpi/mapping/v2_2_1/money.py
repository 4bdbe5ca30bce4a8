"""Currencies and amounts."""

from functools import lru_cache

from roamgrid.canonical.money import CurrencyCode, currency
from roamgrid.canonical.session import Amount
from roamgrid.canonical.tariff import PriceLimit
from roamgrid.kernel.errors import Invalid
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Loss, Losses, Unsayable
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.v2_2_1.types import Price


@lru_cache(maxsize=256)
def currency_of(code: str) -> CurrencyCode:
    """Raises `Refused` for what ISO 4217 does not list."""
    try:
        return currency(code.strip())
    except Invalid as error:
        raise Refused("/currency", error.message) from None


def amount(price: Price) -> Amount:
    """2.2.1 states net amounts; a gross one that is absent is unknown."""
    return Amount(price.excl_vat, price.incl_vat)


def limit(price: Price) -> PriceLimit:
    """A tariff's floor or ceiling."""
    return PriceLimit(price.excl_vat, price.incl_vat)


def write_amount(value: Amount, field: str, losses: Losses) -> Document:
    """Net, and gross where it is known. 2.2.1 cannot say of which taxes the difference consists."""
    losses += [Loss(f"{field}/taxes/*", f"{tax.name} {tax.amount}") for tax in value.taxes or ()]
    return present(excl_vat=value.net, incl_vat=value.gross)


def write_limit(value: PriceLimit) -> Document:
    """A floor or a ceiling. One that binds the gross amount alone cannot be said and raises `Unsayable`."""
    if value.net is None:
        raise Unsayable("a limit of the price with tax alone cannot be said", field="/min_price")
    return present(excl_vat=value.net, incl_vat=value.gross)
