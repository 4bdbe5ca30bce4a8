"""Amounts are plain numbers without VAT (OCPI 2.1.1, Sessions and CDRs modules)."""

from decimal import Decimal

from roamgrid.canonical.session import Amount
from roamgrid.ocpi.mapping.v2_1_1.unsaid import unsaid
from roamgrid.ocpi.speech import Losses


def amount(net: Decimal) -> Amount:
    """What it is with VAT stays unknown."""
    return Amount(net)


def write_amount(value: Amount, path: str, losses: Losses) -> Decimal:
    """The net amount; taxes and the gross one have no place."""
    taxes = ", ".join(f"{tax.name} {tax.amount}" for tax in value.taxes or ())
    unsaid({f"{path}/incl_vat": value.gross, f"{path}/taxes": taxes}, losses)
    return value.net
