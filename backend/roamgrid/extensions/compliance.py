"""The conformance kit: what every plugin owes, whatever its law. A plugin's tests assert that `breaches` is empty."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from roamgrid.canonical.money import CurrencyCode
from roamgrid.extensions.baseline import baseline
from roamgrid.extensions.points import (
    Channel,
    Plugin,
    PriceDisplay,
    PriceDisplayRequest,
    PriceDisplayResult,
    Purchase,
    TaxRates,
    TaxRequest,
)
from roamgrid.extensions.prices import (
    Basis,
    Condition,
    OfferedComponent,
    Origin,
    PriceDimension,
    PriceUnknown,
    UnknownReason,
)
from roamgrid.extensions.registry import plugin_problems

LONG_AGO = date(1960, 1, 1)
NOWHERE = "XXX"
SAMPLE = (
    OfferedComponent(PriceDimension.FLAT, Decimal("0.35"), None),
    OfferedComponent(PriceDimension.PARKING_TIME, Decimal("2.50"), Decimal(21)),
    OfferedComponent(
        PriceDimension.ENERGY, Decimal("0.3"), None, condition=Condition(starts=datetime(2026, 6, 1, 20, tzinfo=UTC))
    ),
    OfferedComponent(PriceDimension.ENERGY, Decimal("0.49"), Decimal(21), basis=Basis.GROSS),
    OfferedComponent(PriceDimension.TIME, Decimal("1.2"), None, basis=Basis.NO_TAX),
    OfferedComponent(PriceDimension.ENERGY, Decimal("0.05"), Decimal(21), Origin.MSP_FEE),
    OfferedComponent(PriceDimension.SUBSCRIPTION, Decimal("1.99"), None, Origin.MSP_FEE),
    OfferedComponent(PriceDimension.RESERVATION_TIME, Decimal(3), Decimal(21)),
)
PRICES: tuple[tuple[OfferedComponent, ...] | PriceUnknown, ...] = (
    SAMPLE,
    tuple(reversed(SAMPLE)),
    SAMPLE[:1],
    *(PriceUnknown(reason) for reason in UnknownReason),
)


def breaches(plugin: Plugin) -> list[str]:
    """Every rule of conduct that the plugin breaks; empty: it conforms."""
    found = plugin_problems(plugin, plugin.manifest.id)
    if isinstance(plugin, PriceDisplay):
        found += _of_display(plugin, plugin)
    if isinstance(plugin, TaxRates):
        found += _of_tax(plugin, plugin)
    return sorted(set(found))


def _of_display(plugin: Plugin, display: PriceDisplay) -> Iterator[str]:
    for request in _requests(plugin):
        before = baseline(request)
        result = display.display(request, before)
        yield from _conduct(request, before, result)
        if display.display(request, before) != result:
            yield "the same request is displayed differently the second time"


def _conduct(request: PriceDisplayRequest, before: PriceDisplayResult, result: PriceDisplayResult) -> Iterator[str]:
    if isinstance(request.price, PriceUnknown):
        if result.price != request.price:
            yield "an unknown price is displayed as something else"
        if not result.text:
            yield "an unknown price is displayed without words"
        return
    shown = sorted(map(repr, (component.source for component in result.components)))
    if shown != sorted(map(repr, request.price)):
        yield "components were dropped, added or altered"
    if any(component.currency != request.currency for component in result.components):
        yield "the currency was changed"
    if any(component.source.price and not component.amount for component in result.components):
        yield "a price is displayed as nothing"
    if any(not component.label or not component.text for component in result.components):
        yield "a component is displayed without words"
    if not set(before.violations) <= set(result.violations):
        yield "violations found before were dropped"
    if any(not violation.code or not violation.citation or not violation.text for violation in result.violations):
        yield "a violation lacks its code, citation or text"


def _requests(plugin: Plugin) -> Iterator[PriceDisplayRequest]:
    country = min(plugin.manifest.countries)
    days = (plugin.manifest.effective_from, LONG_AGO)
    for price in PRICES:
        for power in (None, Decimal(11), Decimal(50), Decimal(350)):
            for purchase in Purchase:
                for as_of in days:
                    yield PriceDisplayRequest(
                        price,
                        power,
                        country,
                        CurrencyCode("EUR"),
                        Channel.APP,
                        as_of,
                        "Europe/Amsterdam",
                        "en",
                        purchase,
                    )


def _of_tax(plugin: Plugin, rates: TaxRates) -> Iterator[str]:
    if rates.tax_rate(TaxRequest(NOWHERE, plugin.manifest.effective_from)) is not None:
        yield "it gives a tax rate for a country that is not its own"
    if rates.tax_rate(TaxRequest(min(plugin.manifest.countries), LONG_AGO)) is not None:
        yield "it gives a tax rate for a time before the tax existed"
    for country in sorted(plugin.manifest.countries):
        rate = rates.tax_rate(TaxRequest(country, plugin.manifest.effective_from))
        if rate is not None and not (rate.percent >= 0 and rate.name and rate.source):
            yield f"the tax rate of {country} lacks a name or a source, or is negative"
