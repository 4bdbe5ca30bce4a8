"""Readings that depend on where a tariff came from."""

from dataclasses import dataclass
from enum import StrEnum


class MissingVat(StrEnum):
    """What a price component without a VAT rate means.

    UNKNOWN: the other side of net and gross is not known. NOT_APPLICABLE: no VAT is due, gross equals net
    (the wording of OCPI 2.2.1, mod_tariffs PriceComponent; in practice operators leave it out and owe VAT).
    """

    UNKNOWN = "UNKNOWN"
    NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True, slots=True)
class PricingPolicy:
    """How to read what a tariff leaves unsaid."""

    missing_vat: MissingVat = MissingVat.UNKNOWN


DEFAULT = PricingPolicy()
