"""Short words for price display requests."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from roamgrid.canonical.money import currency
from roamgrid.extensions import (
    Channel,
    OfferedComponent,
    Origin,
    PriceDimension,
    PriceDisplayRequest,
    PriceDisplayResult,
    PriceUnknown,
    RulePack,
    load_registry,
)

BOTH = load_registry().resolve(["eu_afir", "nl"])
EU_ONLY = load_registry().resolve(["eu_afir"])


def component(
    dimension: PriceDimension, price: str, tax: str | None = "21", origin: Origin = Origin.CPO, **more: Any
) -> OfferedComponent:
    """A net price with 21 % tax unless said otherwise."""
    return OfferedComponent(dimension, Decimal(price), None if tax is None else Decimal(tax), origin, **more)


def energy(price: str, tax: str | None = "21", origin: Origin = Origin.CPO, **more: Any) -> OfferedComponent:
    """Per kWh."""
    return component(PriceDimension.ENERGY, price, tax, origin, **more)


def charging_time(price: str, tax: str | None = "21") -> OfferedComponent:
    """Per hour of charging."""
    return component(PriceDimension.TIME, price, tax)


def occupancy(price: str, tax: str | None = "21") -> OfferedComponent:
    """Per hour after charging."""
    return component(PriceDimension.PARKING_TIME, price, tax)


def session_fee(price: str, tax: str | None = "21", origin: Origin = Origin.CPO) -> OfferedComponent:
    """Per session."""
    return component(PriceDimension.FLAT, price, tax, origin)


def request(*price: OfferedComponent, **changes: Any) -> PriceDisplayRequest:
    """A Dutch charging point of 150 kW, deployed in June 2024, read ad hoc in the app in June 2026."""
    made = PriceDisplayRequest(
        price=price,
        power_kw=Decimal(150),
        country="NLD",
        currency=currency("EUR"),
        channel=Channel.APP,
        as_of=date(2026, 6, 1),
        time_zone="Europe/Amsterdam",
        locale="nl-NL",
        deployed_on=date(2024, 6, 1),
    )
    return replace(made, **changes)


def shown(*price: OfferedComponent, pack: RulePack = BOTH, **changes: Any) -> PriceDisplayResult:
    """What the rule pack makes of these prices."""
    return pack.display(request(*price, **changes))


def unknown(price: PriceUnknown, **changes: Any) -> PriceDisplayResult:
    """What the rule pack makes of an unknown price."""
    return BOTH.display(replace(request(**changes), price=price))


def lines(result: PriceDisplayResult) -> list[tuple[str, str]]:
    """Amount and unit of each displayed component, in order."""
    return [(f"{component.amount.normalize():f}", component.unit.value) for component in result.components]


def codes(result: PriceDisplayResult) -> list[str]:
    """The violations' codes, in order."""
    return [violation.code for violation in result.violations]
