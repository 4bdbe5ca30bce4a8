"""Short words for tariffs and charges, so that a test shows only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from roamgrid.canonical.money import currency
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import ChargingPeriod, Volume
from roamgrid.canonical.tariff import (
    Dimension,
    PriceComponent,
    PriceLimit,
    Restrictions,
    Tariff,
    TariffElement,
    TaxIncluded,
)
from roamgrid.pricing import Usage

AMSTERDAM = "Europe/Amsterdam"
TUESDAY_10H = datetime(2026, 3, 3, 9, tzinfo=UTC)
"""10:00 on a Tuesday in Amsterdam, in winter."""


def component(dimension: Dimension, price: str, vat: str | None = "21", step: int = 1) -> PriceComponent:
    """A unit price, 21 % VAT unless said otherwise."""
    return PriceComponent(dimension, Decimal(price), None if vat is None else Decimal(vat), step)


def energy(price: str, vat: str | None = "21", step: int = 1) -> PriceComponent:
    """Per kWh."""
    return component(Dimension.ENERGY, price, vat, step)


def time_(price: str, vat: str | None = "21", step: int = 1) -> PriceComponent:
    """Per hour of charging."""
    return component(Dimension.TIME, price, vat, step)


def parking(price: str, vat: str | None = "21", step: int = 1) -> PriceComponent:
    """Per hour of parking after charging."""
    return component(Dimension.PARKING_TIME, price, vat, step)


def flat(price: str, vat: str | None = "21") -> PriceComponent:
    """Per session."""
    return component(Dimension.FLAT, price, vat)


def element(*components: PriceComponent, **restrictions: Any) -> TariffElement:
    """Components under common restrictions, those of `Restrictions` by name."""
    return TariffElement(components, Restrictions(**restrictions) if restrictions else None)


def tariff(*elements: TariffElement, tax_included: TaxIncluded = TaxIncluded.NO, **changes: Any) -> Tariff:
    """A tariff in euro that is valid for ever."""
    made = Tariff(
        party=PartyId.of("NL", "TST"),
        id="T1",
        currency=currency("EUR"),
        elements=elements,
        tax_included=tax_included,
        min_price=None,
        max_price=None,
        type=None,
        valid_from=None,
        valid_to=None,
        text=None,
        last_updated=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return replace(made, **changes)


def bound(net: str | None, gross: str | None) -> PriceLimit:
    """A floor or ceiling."""
    return PriceLimit(None if net is None else Decimal(net), None if gross is None else Decimal(gross))


def volumes(**amounts: str) -> tuple[Volume, ...]:
    """`ENERGY="10", TIME="0.5"` as measured volumes."""
    return tuple(Volume(dimension, Decimal(amount)) for dimension, amount in amounts.items())


def period(minute: int, **amounts: str) -> tuple[int, tuple[Volume, ...]]:
    """A period that begins so many minutes after the charge."""
    return minute, volumes(**amounts)


def charge(
    *periods: tuple[int, tuple[Volume, ...]],
    minutes: int = 60,
    start: datetime = TUESDAY_10H,
    time_zone: str = AMSTERDAM,
    tariff_id: str | None = None,
) -> Usage:
    """A charge that lasts so many minutes."""
    return Usage(
        start,
        start + timedelta(minutes=minutes),
        tuple(ChargingPeriod(start + timedelta(minutes=minute), measured, tariff_id) for minute, measured in periods),
        time_zone,
    )
