"""Small objects that differ from 2.2.1 (OCPI 2.3.0, Types; Tariffs, PriceLimit)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import EXACT, Num, OrElse, Text255, WireObject
from roamgrid.ocpi.wire.v2_2_1 import types as before
from roamgrid.ocpi.wire.v2_3_0.enums import EnvironmentalImpactCategory, ImageCategory


class TaxAmount(WireObject, frozen=True):
    """One tax of an amount. `account_number`: under which the operator collects it."""

    name: Annotated[Text255, OrElse("")]
    amount: Annotated[Num, EXACT]
    account_number: Text255 | None = None
    percentage: Num | None = None


class Price(WireObject, frozen=True):
    """An amount before taxes and the taxes on it. No taxes: there are none, or they are not told."""

    before_taxes: Annotated[Num, EXACT]
    taxes: Annotated[tuple[TaxAmount, ...], EXACT] = ()


class PriceLimit(WireObject, frozen=True):
    """A tariff's floor or ceiling; both sides bind independently."""

    before_taxes: Annotated[Num, EXACT]
    after_taxes: Annotated[Num | None, EXACT] = None


class Image(before.Image, frozen=True):
    """Its category is open."""

    category: Annotated[ImageCategory, OrElse("OTHER")]


class BusinessDetails(before.BusinessDetails, frozen=True):
    """A company as it presents itself."""

    logo: Image | None = None


class EnvironmentalImpact(before.EnvironmentalImpact, frozen=True):
    """Its category is open."""

    category: EnvironmentalImpactCategory


class EnergyMix(before.EnergyMix, frozen=True):
    """Where the electricity comes from."""

    environ_impact: tuple[EnvironmentalImpact, ...] = ()
