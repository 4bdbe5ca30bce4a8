"""What a tariff would ask of a charge that starts at a given moment, before anything has been used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from roamgrid.canonical.tariff import (
    Dimension,
    PriceComponent,
    ReservationRestriction,
    Restrictions,
    Tariff,
    TaxIncluded,
)
from roamgrid.extensions.prices import PriceUnknown, UnknownReason
from roamgrid.pricing.compiled import UNRESTRICTED, CompiledTariff, compile_tariff, pick
from roamgrid.pricing.conditions import Moment
from roamgrid.pricing.phase import Phase
from roamgrid.pricing.spans import NO_TIME, NOTHING_YET, Span, course, spans
from roamgrid.pricing.usage import zone

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuotedComponent:
    """A price that may become due. Per kWh, hour or session, as the tariff states it (`tax_included`, `vat_percent`).

    `starts`: None at once, else when a clock switches to it (UTC); `until`: when a clock switches away, None: not
    within the horizon. `condition`: what in the course of the session it depends on besides (energy, time, power),
    None: nothing. `at_start`: the one that counts for its dimension as the charge begins.
    """

    phase: Phase
    element: int
    component: PriceComponent
    tax_included: TaxIncluded
    starts: datetime | None
    until: datetime | None
    condition: Restrictions | None
    at_start: bool

    @property
    def dimension(self) -> Dimension:
        """What the component prices; TIME and FLAT of a reservation phase price the reservation."""
        return self.component.dimension

    @property
    def price(self) -> Decimal:
        """Per kWh, hour or session."""
        return self.component.price

    @property
    def vat_percent(self) -> Decimal | None:
        """None: not stated."""
        return self.component.vat_percent


@dataclass(frozen=True, slots=True)
class _Window:
    """From the start of the charge to where the tariff's validity or the horizon ends, at a point of some power."""

    begin: datetime
    end: datetime
    tariff_ends: bool
    zone: ZoneInfo
    power_kw: Decimal | None


def components_at(
    tariff: Tariff | CompiledTariff | None,
    at: datetime,
    time_zone: str,
    power_kw: Decimal | None = None,
    *,
    horizon: timedelta = A_DAY,
) -> tuple[QuotedComponent, ...] | PriceUnknown:
    """The components that can apply to a charge that starts at `at` (aware), now and within the horizon.

    Per dimension: those that hold now, in the order they are tried, then those that a switch of the clock brings.
    `power_kw`: the charging point's maximum; what lies beyond it is left out. Without a tariff, without elements,
    outside its validity, or when nothing applies to charging, the price is unknown. Raises `UnknownTimeZone`.
    """
    if tariff is None:
        return PriceUnknown(UnknownReason.NO_TARIFF)
    compiled = compile_tariff(tariff) if isinstance(tariff, Tariff) else tariff
    terms = compiled.tariff
    if not terms.elements:
        return PriceUnknown(UnknownReason.NO_ELEMENTS)
    if (terms.valid_from and at < terms.valid_from) or (terms.valid_to and at >= terms.valid_to):
        return PriceUnknown(UnknownReason.NOT_VALID)
    quoted = tuple(_quoted(compiled, _window(terms, at, zone(time_zone), power_kw, horizon)))
    if not any(component.phase is Phase.SESSION for component in quoted):
        return PriceUnknown(UnknownReason.NOTHING_APPLIES)
    return quoted


def _window(terms: Tariff, at: datetime, local: ZoneInfo, power_kw: Decimal | None, horizon: timedelta) -> _Window:
    begin = at.astimezone(UTC)
    end = begin + horizon
    if terms.valid_to is not None and terms.valid_to < end:
        return _Window(begin, terms.valid_to, True, local, power_kw)
    return _Window(begin, end, False, local, power_kw)


def _quoted(compiled: CompiledTariff, window: _Window) -> Iterator[QuotedComponent]:
    for phase, dimensions in compiled.candidates.items():
        for candidates in dimensions.values():
            for span in spans(candidates, window.begin, window.end, window.zone, window.power_kw):
                yield from _in_span(phase, span, window, compiled.tariff.tax_included)


def _in_span(phase: Phase, span: Span, window: _Window, tax_included: TaxIncluded) -> Iterator[QuotedComponent]:
    at_once = span.start == window.begin
    power = window.power_kw
    moment = Moment(span.start.astimezone(window.zone), NOTHING_YET, NO_TIME, power, power)
    first = pick(span.candidates, moment) if at_once else None
    for candidate in span.candidates:
        restrictions = candidate.restrictions
        if phase is Phase.EXPIRED and restrictions.reservation is not ReservationRestriction.RESERVATION_EXPIRES:
            continue  # the price of a used reservation, quoted as such already, fills in where expiry has none
        condition = course(restrictions, power)
        yield QuotedComponent(
            phase=phase,
            element=candidate.element,
            component=candidate.component,
            tax_included=tax_included,
            starts=None if at_once else span.start,
            until=None if span.end == window.end and not window.tariff_ends else span.end,
            condition=None if condition == UNRESTRICTED else condition,
            at_start=candidate is first,
        )
