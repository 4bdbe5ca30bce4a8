"""Net and gross of a price (OCPI 2.3.0 mod_tariffs, tax_included; 2.2.1 prices are always net)."""

from decimal import Decimal

from roamgrid.canonical.tariff import TaxIncluded
from roamgrid.pricing.policy import MissingVat, PricingPolicy

ZERO = Decimal(0)
HUNDRED = Decimal(100)


def applied_vat(vat: Decimal | None, tax_included: TaxIncluded, policy: PricingPolicy) -> Decimal | None:
    """The rate that is used: 0 where no tax applies, None where nobody said."""
    if tax_included is TaxIncluded.NA:
        return ZERO
    if vat is None and policy.missing_vat is MissingVat.NOT_APPLICABLE:
        return ZERO
    return vat


def net_and_gross(price: Decimal, vat: Decimal | None, tax_included: TaxIncluded) -> tuple[Decimal | None, Decimal | None]:
    """Both sides of an amount; the one that would need an unknown rate is None. Nothing is nothing at any rate."""
    if not price:
        return price, price
    if tax_included is TaxIncluded.YES:
        return (None if vat is None else price * HUNDRED / (HUNDRED + vat)), price
    return price, (None if vat is None else price * (HUNDRED + vat) / HUNDRED)
