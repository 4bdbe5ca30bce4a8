"""Amounts with itemised taxes, and limits (OCPI 2.3.0, Types, Price and TaxAmount; Tariffs, PriceLimit)."""

from roamgrid.canonical.session import Amount, Tax
from roamgrid.canonical.tariff import PriceLimit
from roamgrid.ocpi.mapping.v2_2_1.money import amount as old_amount
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Loss, Losses, Unsayable
from roamgrid.ocpi.wire.v2_2_1.types import Price as OldPrice
from roamgrid.ocpi.wire.v2_3_0 import types as wire


def amount(price: wire.Price | OldPrice) -> Amount:
    """Gross is known only where taxes are itemised: an empty list may mean that there are none or that they are not told."""
    if isinstance(price, OldPrice):
        return old_amount(price)
    taxes = tuple([Tax(tax.name, tax.amount, tax.percentage, tax.account_number) for tax in price.taxes])
    gross = sum((tax.amount for tax in taxes), price.before_taxes) if taxes else None
    return Amount(price.before_taxes, gross, taxes)


def write_amount(value: Amount, field: str, losses: Losses) -> Document:
    """Net and its taxes. A gross amount that they do not add up to cannot be said: nobody knows which taxes it contains."""
    taxes = value.taxes or ()
    told = sum((tax.amount for tax in taxes), value.net) if taxes else None
    if value.gross is not None and value.gross != told:
        losses.append(Loss(f"{field}/incl_vat", str(value.gross)))
    return present(before_taxes=value.net, taxes=[_tax(tax) for tax in taxes])


def limit(read: wire.PriceLimit) -> PriceLimit:
    """A tariff's floor or ceiling."""
    return PriceLimit(read.before_taxes, read.after_taxes)


def write_limit(value: PriceLimit) -> Document:
    """Raises `Unsayable` for one that binds the gross amount alone."""
    if value.net is None:
        raise Unsayable("a limit of the price with tax alone cannot be said", field="/min_price")
    return present(before_taxes=value.net, after_taxes=value.gross)


def _tax(tax: Tax) -> Document:
    return present(name=tax.name, account_number=tax.account_number, percentage=tax.percent, amount=tax.amount)
