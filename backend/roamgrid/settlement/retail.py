"""What a driver pays: the operator's price or the plan's own, our fees, the tax of our supply. Pure, `Decimal` only.

We sell the electricity on, so the tax a driver bears is ours (the rule pack's), not the operator's. Of the operator's price
counts the side on which it is stated: a net price stays that net price, a gross price stays that gross price. The display of
an offer and the bill follow the same rule, and so agree to the cent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from roamgrid.canonical.money import CurrencyCode, Money, minor_units
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.tariff import Dimension, Tariff, TaxIncluded
from roamgrid.extensions import Basis, OfferedComponent, Origin, PriceDimension, PriceUnknown, TaxRate, Unit
from roamgrid.pricing import Heading, LimitKind, Rated
from roamgrid.settlement.plans.models import PlanKind, PlanVersion

HUNDRED = Decimal(100)
ZERO = Decimal(0)
ONE = Decimal(1)

_TEXTS = {
    Heading.ENERGY: "Energy",
    Heading.TIME: "Charging time",
    Heading.PARKING_TIME: "Occupancy",
    Heading.FLAT: "Operator's session fee",
    Heading.RESERVATION: "Reservation",
}
_LIMIT_TEXTS = {
    LimitKind.MIN_PRICE: "Up to the operator's minimum price",
    LimitKind.MAX_PRICE: "Down to the operator's maximum price",
}
_UNITS = {
    Dimension.ENERGY: Unit.KWH,
    Dimension.TIME: Unit.HOUR,
    Dimension.PARKING_TIME: Unit.HOUR,
    Dimension.FLAT: Unit.SESSION,
}


@dataclass(frozen=True, slots=True)
class RetailLine:
    """One line of a bill. `unit_price` is net and unrounded; `net` is this line's share of the rounded total."""

    component: str
    origin: Origin
    text: str
    quantity: Decimal
    unit: Unit
    unit_price: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class RetailBill:
    """What a driver owes. net + tax = gross, and the lines add up to net, to the last minor unit."""

    lines: tuple[RetailLine, ...]
    currency: CurrencyCode
    net: Decimal
    tax_percent: Decimal
    tax_name: str
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class _Item:
    """A line before rounding, on both sides of the tax."""

    component: str
    origin: Origin
    text: str
    quantity: Decimal
    unit: Unit
    unit_price: Decimal
    net: Decimal
    gross: Decimal


def offer_components(
    plan: PlanVersion, quoted: tuple[OfferedComponent, ...] | PriceUnknown, partner: PartyId
) -> tuple[OfferedComponent, ...] | PriceUnknown:
    """The price of an offer: the operator's components and our fees, each with its origin, or the plan's one price.

    Prices keep their amounts; the operator's tax rates give way to ours, which `RulePack.display` adds. A pass-through
    price is unknown when the operator's is; a fixed price is always known.
    """
    if plan.kind is PlanKind.FIXED_PER_KWH:
        return (OfferedComponent(PriceDimension.ENERGY, _fixed_price(plan), None, origin=Origin.MSP_FEE),)
    if isinstance(quoted, PriceUnknown):
        return quoted
    return (*(_resold(component) for component in quoted), *_offered_fees(plan, partner))


def sold(tariff: Tariff, tax: TaxRate) -> Tariff:
    """The tariff as we sell it on: the operator's prices under the tax of our supply. Rate with it what a driver is to pay."""
    elements = tuple(
        replace(element, components=tuple(replace(component, vat_percent=tax.percent) for component in element.components))
        for element in tariff.elements
    )
    included = TaxIncluded.YES if tariff.tax_included is TaxIncluded.YES else TaxIncluded.NO
    return replace(tariff, elements=elements, tax_included=included)


def rate(
    plan: PlanVersion,
    wholesale: Rated | None,
    kwh: Decimal,
    partner: PartyId,
    tax: TaxRate,
    currency: CurrencyCode,
    *,
    claim: Decimal = ZERO,
) -> RetailBill:
    """The bill for one charge of `kwh`. `wholesale`: the charge rated by the `sold` tariff; a fixed price needs none.

    `claim`: the operator's net total; it stands in where a pass-through has no rating because no tariff is known.
    Rounded once: gross and net each from their exact sums (half away from zero), tax is the difference; every line gets
    its share of net by largest remainder (ADR-0004).
    """
    items = tuple(_items(plan, wholesale, kwh, partner, tax.percent, claim))
    net = _rounded(sum((item.net for item in items), ZERO), currency)
    gross = _rounded(sum((item.gross for item in items), ZERO), currency)
    shares = apportion(net, [item.net for item in items], minor_units(currency))
    lines = tuple(
        RetailLine(item.component, item.origin, item.text, item.quantity, item.unit, item.unit_price, share)
        for item, share in zip(items, shares, strict=True)
    )
    return RetailBill(lines, currency, net, tax.percent, tax.name, gross - net, gross)


def apportion(total: Decimal, exact: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """Round the parts so that they add up to the rounded total: the largest remainders are rounded up, ties in order."""
    quantum = ONE.scaleb(-decimals)
    floors = [part.quantize(quantum, rounding=ROUND_FLOOR) for part in exact]
    missing = int((total - sum(floors, ZERO)) / quantum)
    raised = set(sorted(range(len(exact)), key=lambda index: (floors[index] - exact[index], index))[:missing])
    return [floor + quantum if index in raised else floor for index, floor in enumerate(floors)]


def _items(
    plan: PlanVersion, wholesale: Rated | None, kwh: Decimal, partner: PartyId, percent: Decimal, claim: Decimal
) -> Iterator[_Item]:
    if plan.kind is PlanKind.FIXED_PER_KWH:
        yield _net_item(Heading.ENERGY, Origin.MSP_FEE, "Energy", kwh, Unit.KWH, _fixed_price(plan), percent)
        return
    if wholesale is None:
        yield _net_item(Heading.FLAT, Origin.CPO, "Charging, as stated by the operator", ONE, Unit.SESSION, claim, percent)
    else:
        yield from _wholesale_items(wholesale, percent)
    if fee := plan.session_fee_at(partner):
        yield _net_item(Heading.FLAT, Origin.MSP_FEE, "Service fee", ONE, Unit.SESSION, fee, percent)
    if plan.per_kwh_fee:
        yield _net_item(Heading.ENERGY, Origin.MSP_FEE, "Service fee per kWh", kwh, Unit.KWH, plan.per_kwh_fee, percent)


def _wholesale_items(wholesale: Rated, percent: Decimal) -> Iterator[_Item]:
    stated_gross = wholesale.tax_included is TaxIncluded.YES
    for line in wholesale.lines:
        make = _gross_item if stated_gross else _net_item
        unit = _UNITS[line.dimension]
        yield make(line.heading, Origin.CPO, _TEXTS[line.heading], line.billed_volume, unit, line.unit_price, percent)
    for adjustment in wholesale.adjustments:
        text = _LIMIT_TEXTS[adjustment.kind]
        if adjustment.gross is not None:
            yield _gross_item(adjustment.kind, Origin.CPO, text, ONE, Unit.SESSION, adjustment.gross, percent)
        elif adjustment.net is not None:
            yield _net_item(adjustment.kind, Origin.CPO, text, ONE, Unit.SESSION, adjustment.net, percent)


def _net_item(
    component: str, origin: Origin, text: str, quantity: Decimal, unit: Unit, price: Decimal, percent: Decimal
) -> _Item:
    net = quantity * price
    return _Item(component, origin, text, quantity, unit, price, net, net * (HUNDRED + percent) / HUNDRED)


def _gross_item(
    component: str, origin: Origin, text: str, quantity: Decimal, unit: Unit, price: Decimal, percent: Decimal
) -> _Item:
    gross = quantity * price
    share = HUNDRED / (HUNDRED + percent)
    return _Item(component, origin, text, quantity, unit, price * share, gross * HUNDRED / (HUNDRED + percent), gross)


def _resold(component: OfferedComponent) -> OfferedComponent:
    basis = Basis.NET if component.basis is Basis.NO_TAX else component.basis
    return replace(component, tax_percent=None, basis=basis)


def _offered_fees(plan: PlanVersion, partner: PartyId) -> Iterator[OfferedComponent]:
    if fee := plan.session_fee_at(partner):
        yield OfferedComponent(PriceDimension.FLAT, fee, None, origin=Origin.MSP_FEE)
    if plan.per_kwh_fee:
        yield OfferedComponent(PriceDimension.ENERGY, plan.per_kwh_fee, None, origin=Origin.MSP_FEE)


def _fixed_price(plan: PlanVersion) -> Decimal:
    if plan.per_kwh is None:
        raise ValueError(f"plan version {plan.id} has no price per kWh: the database refuses such a plan")
    return plan.per_kwh


def _rounded(amount: Decimal, currency: CurrencyCode) -> Decimal:
    return Money(amount, currency).rounded().amount
