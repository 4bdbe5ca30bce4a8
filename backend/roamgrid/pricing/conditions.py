"""Restrictions as tests of one moment.

Semantics: OCPI 2.2.1 mod_tariffs, TariffRestrictions. Minima are inclusive, maxima and ends exclusive. A daily window
that ends before it starts wraps past midnight; one that ends when it starts is the whole day; a missing start is
00:00, and 00:00 as an end is the end of the day. Weekday and date are those of the moment itself.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from roamgrid.canonical.tariff import Restrictions

MIDNIGHT = time(0)


class Moment(NamedTuple):
    """What a restriction can ask about: the station's local clock, how far the session has come, power and current."""

    local: datetime
    kwh: Decimal
    elapsed: timedelta
    low_kw: Decimal | None = None
    peak_kw: Decimal | None = None
    low_a: Decimal | None = None
    peak_a: Decimal | None = None


Test = Callable[[Moment], bool]


def clock_tests(restrictions: Restrictions) -> Iterator[Test]:
    """Those tests whose answer depends on nothing but the local clock."""
    if restrictions.start_time is not None or restrictions.end_time is not None:
        yield from _window(restrictions.start_time or MIDNIGHT, restrictions.end_time or MIDNIGHT)
    if restrictions.start_date is not None:
        yield _from_date(restrictions.start_date)
    if restrictions.end_date is not None:
        yield _before_date(restrictions.end_date)
    if restrictions.weekdays:
        yield _on_weekdays(restrictions.weekdays)


def course_tests(restrictions: Restrictions) -> Iterator[Test]:
    """Those tests whose answer depends on how far the session has come: energy and time so far."""
    if restrictions.min_kwh is not None:
        yield _from_kwh(restrictions.min_kwh)
    if restrictions.max_kwh is not None:
        yield _below_kwh(restrictions.max_kwh)
    if restrictions.min_duration is not None:
        yield _from_elapsed(timedelta(seconds=restrictions.min_duration))
    if restrictions.max_duration is not None:
        yield _before_elapsed(timedelta(seconds=restrictions.max_duration))


def electrical_tests(restrictions: Restrictions) -> Iterator[Test]:
    """Those tests that ask for power (kW) or current (A); none of them matches where nothing was reported.

    A minimum is held against the peak of the period (it was reached), a maximum against the trough (it was gone below).
    """
    if restrictions.min_power is not None:
        yield _peak_power_from(restrictions.min_power)
    if restrictions.max_power is not None:
        yield _low_power_below(restrictions.max_power)
    if restrictions.min_current is not None:
        yield _peak_current_from(restrictions.min_current)
    if restrictions.max_current is not None:
        yield _low_current_below(restrictions.max_current)


def _window(start: time, end: time) -> Iterator[Test]:
    if start < end:
        yield lambda m: start <= m.local.time() < end
    elif start > end:
        yield lambda m: not end <= m.local.time() < start


def _from_date(first: date) -> Test:
    return lambda m: m.local.date() >= first


def _before_date(end: date) -> Test:
    return lambda m: m.local.date() < end


def _on_weekdays(weekdays: frozenset[int]) -> Test:
    return lambda m: m.local.isoweekday() in weekdays


def _from_kwh(bound: Decimal) -> Test:
    return lambda m: m.kwh >= bound


def _below_kwh(bound: Decimal) -> Test:
    return lambda m: m.kwh < bound


def _from_elapsed(bound: timedelta) -> Test:
    return lambda m: m.elapsed >= bound


def _before_elapsed(bound: timedelta) -> Test:
    return lambda m: m.elapsed < bound


def _peak_power_from(bound: Decimal) -> Test:
    return lambda m: m.peak_kw is not None and m.peak_kw >= bound


def _low_power_below(bound: Decimal) -> Test:
    return lambda m: m.low_kw is not None and m.low_kw < bound


def _peak_current_from(bound: Decimal) -> Test:
    return lambda m: m.peak_a is not None and m.peak_a >= bound


def _low_current_below(bound: Decimal) -> Test:
    return lambda m: m.low_a is not None and m.low_a < bound
