"""Tariff: whether its prices contain taxes, what to reserve on a card, and what a booking costs (OCPI 2.3.0, Tariffs module;
Payments and Bookings 1.1, Tariffs).
"""

from typing import Annotated, ClassVar

from roamgrid.ocpi.wire.common.declare import EXACT, PLUS, Num, OrElse
from roamgrid.ocpi.wire.v2_2_1 import tariff as before
from roamgrid.ocpi.wire.v2_3_0.enums import BookingRestrictionType, TaxIncluded
from roamgrid.ocpi.wire.v2_3_0.types import EnergyMix, PriceLimit


class TariffRestrictions(before.TariffRestrictions, frozen=True):
    """When an element applies. Unknown fields are no reason to refuse in 2.3.0."""

    refuse_unknown: ClassVar[bool] = False

    booking: Annotated[BookingRestrictionType | None, EXACT] = None


class TariffElement(before.TariffElement, frozen=True):
    """Components under common restrictions."""

    restrictions: Annotated[TariffRestrictions | None, EXACT] = None


class Tariff(before.TariffOf[PriceLimit], frozen=True, kw_only=True):
    """Without `tax_included` its prices are taken to be net, as they are before 2.3.0; that it is missing is recorded.

    `preauthorize_amount`: what to reserve on the card of a driver who pays at a terminal.
    """

    elements: Annotated[tuple[TariffElement, ...], EXACT, PLUS]
    energy_mix: EnergyMix | None = None
    tax_included: Annotated[TaxIncluded, OrElse("NO")]
    preauthorize_amount: Num | None = None
