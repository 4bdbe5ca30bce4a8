"""A quote as the offer's price components: what the jurisdiction's rules then order, word and check."""

from collections.abc import Iterable, Iterator

from roamgrid.canonical.tariff import Dimension, PriceLimit, Restrictions, Tariff, TaxIncluded
from roamgrid.extensions.prices import Basis, Condition, OfferedComponent, PriceDimension, PriceUnknown
from roamgrid.pricing.phase import Phase
from roamgrid.pricing.quote import QuotedComponent

BASES = {TaxIncluded.NO: Basis.NET, TaxIncluded.YES: Basis.GROSS, TaxIncluded.NA: Basis.NO_TAX}
CHARGING = {
    Dimension.ENERGY: PriceDimension.ENERGY,
    Dimension.TIME: PriceDimension.TIME,
    Dimension.PARKING_TIME: PriceDimension.PARKING_TIME,
    Dimension.FLAT: PriceDimension.FLAT,
}
RESERVING = {Dimension.TIME: PriceDimension.RESERVATION_TIME, Dimension.FLAT: PriceDimension.RESERVATION_FLAT}
UNRESTRICTED = Restrictions()


def offered(tariff: Tariff, quoted: tuple[QuotedComponent, ...] | PriceUnknown) -> tuple[OfferedComponent, ...] | PriceUnknown:
    """The operator's part of an offer: the quoted components, then the tariff's floor and ceiling for the session.

    A dimension that costs nothing whatever happens is left out, save energy: what it costs must be said.
    """
    if isinstance(quoted, PriceUnknown):
        return quoted
    components = [_component(component) for component in quoted]
    costly = {component.dimension for component in components if component.price} | {PriceDimension.ENERGY}
    due = [component for component in components if component.dimension in costly]
    return (*(due or components), *_limits(tariff))


def _component(quoted: QuotedComponent) -> OfferedComponent:
    dimensions = CHARGING if quoted.phase is Phase.SESSION else RESERVING
    return OfferedComponent(
        dimension=dimensions[quoted.dimension],
        price=quoted.price,
        tax_percent=quoted.vat_percent,
        basis=BASES[quoted.tax_included],
        condition=_condition(quoted),
        at_start=quoted.at_start,
    )


def _condition(quoted: QuotedComponent) -> Condition:
    course = quoted.condition or UNRESTRICTED
    return Condition(
        starts=quoted.starts,
        until=quoted.until,
        min_kwh=course.min_kwh,
        max_kwh=course.max_kwh,
        min_seconds=course.min_duration,
        max_seconds=course.max_duration,
        min_power_kw=course.min_power,
        max_power_kw=course.max_power,
        min_current_a=course.min_current,
        max_current_a=course.max_current,
        reservation_expired=quoted.phase is Phase.EXPIRED,
    )


def _limits(tariff: Tariff) -> Iterator[OfferedComponent]:
    bounds: Iterable[tuple[PriceDimension, PriceLimit | None]] = (
        (PriceDimension.MIN_PRICE, tariff.min_price),
        (PriceDimension.MAX_PRICE, tariff.max_price),
    )
    for dimension, bound in bounds:
        if bound is None:
            continue
        if bound.gross is not None:
            yield OfferedComponent(dimension, bound.gross, None, basis=Basis.GROSS)
        elif bound.net is not None:
            basis = Basis.NO_TAX if tariff.tax_included is TaxIncluded.NA else Basis.NET
            yield OfferedComponent(dimension, bound.net, None, basis=basis)
