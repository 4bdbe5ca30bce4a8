"""Laws of rating, each in one line."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

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
from roamgrid.pricing import Usage, components_at, rate
from tests.pricing.builders import AMSTERDAM, TUESDAY_10H, element, energy, flat, tariff, time_

NEVER = element(energy("99"), time_("99"), flat("99"), end_date=date(2000, 1, 1))

TEN_THOUSANDTH = Decimal("0.0001")
prices = st.integers(0, 200_000).map(lambda units: units * TEN_THOUSANDTH)
kwh = st.integers(0, 500_000).map(lambda units: units * TEN_THOUSANDTH)
rates = st.sampled_from([None, Decimal(0), Decimal(9), Decimal(21)])
components = st.builds(PriceComponent, st.sampled_from(Dimension), prices, rates, st.sampled_from([0, 1, 60, 300, 1000]))
restrictions = st.none() | st.builds(
    Restrictions,
    start_time=st.none() | st.times(),
    end_time=st.none() | st.times(),
    min_kwh=st.none() | kwh,
    max_kwh=st.none() | kwh,
    min_duration=st.none() | st.integers(0, 20_000),
    weekdays=st.frozensets(st.integers(1, 7), max_size=6),
)
elements = st.builds(TariffElement, st.lists(components, min_size=1, max_size=3).map(tuple), restrictions)
limits = st.none() | st.builds(PriceLimit, net=prices, gross=st.none() | prices)
tariffs = st.builds(
    lambda elements, tax, low, high: tariff(*elements, tax_included=tax, min_price=low, max_price=high),
    st.lists(elements, min_size=1, max_size=5),
    st.sampled_from(TaxIncluded),
    limits,
    limits,
)


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    """Up to six periods of whole minutes with what was measured in each."""
    minutes = sorted(draw(st.sets(st.integers(1, 2000), min_size=1, max_size=6)))
    starts = [0, *minutes]
    periods = tuple(
        ChargingPeriod(TUESDAY_10H + timedelta(minutes=start), draw(_measured(end - start))) for start, end in pairwise(starts)
    )
    return Usage(TUESDAY_10H, TUESDAY_10H + timedelta(minutes=minutes[-1]), periods, AMSTERDAM)


def _measured(minutes: int) -> st.SearchStrategy[tuple[Volume, ...]]:
    """Energy, and the time in hours of four decimals, as OCPI has them."""
    hours = (Decimal(minutes) / 60).quantize(TEN_THOUSANDTH)
    time = st.sampled_from((Volume("TIME", hours), Volume("PARKING_TIME", hours)))
    return st.tuples(kwh.map(lambda amount: Volume("ENERGY", amount)), time)


@given(tariffs, usages())
def test_totals_are_the_sum_of_lines_and_adjustments(offer: Tariff, usage: Usage) -> None:
    rated = rate(offer, usage)
    for side, total in (("net", rated.net), ("gross", rated.gross)):
        parts = [getattr(part, side) for part in (*rated.lines, *rated.adjustments)]
        assert total == (None if None in parts else sum(parts, Decimal(0)))


@given(tariffs, usages())
def test_nothing_is_negative_unless_energy_is(offer: Tariff, usage: Usage) -> None:
    rated = rate(offer, usage)
    assert all(amount is None or amount >= 0 for line in rated.lines for amount in (line.net, line.gross, line.tax))
    assert rated.net is None or rated.net >= 0


@given(tariffs, usages())
def test_what_is_billed_is_never_less_than_what_was_used_and_less_than_a_step_more(offer: Tariff, usage: Usage) -> None:
    for line in rate(offer, usage).lines:
        units = 1000 if line.dimension is Dimension.ENERGY else 3600
        assert 0 <= (line.billed_volume - line.volume) * units <= max(line.component.step_size, 1)


@given(tariffs, usages(), st.integers(0, 5))
def test_an_element_that_never_matches_changes_nothing(offer: Tariff, usage: Usage, place: int) -> None:
    crowded = replace(offer, elements=(*offer.elements[:place], NEVER, *offer.elements[place:]))
    assert (rate(crowded, usage).net, rate(crowded, usage).gross) == (rate(offer, usage).net, rate(offer, usage).gross)


@given(st.lists(components, min_size=1, max_size=5), usages(), st.data())
def test_splitting_a_period_where_no_price_changes_changes_nothing(
    parts: list[PriceComponent], usage: Usage, data: st.DataObject
) -> None:
    offer = tariff(TariffElement(tuple(parts)))
    place = data.draw(st.integers(0, len(usage.periods) - 1))
    halves = _halves(usage, place)
    split = replace(usage, periods=(*usage.periods[:place], *halves, *usage.periods[place + 1 :]))
    assert rate(offer, split) == rate(offer, usage)


def _halves(usage: Usage, place: int) -> tuple[ChargingPeriod, ChargingPeriod]:
    whole = usage.periods[place]
    end = usage.periods[place + 1].start if place + 1 < len(usage.periods) else usage.end
    half = tuple(replace(v, volume=v.volume / 2) for v in whole.volumes)
    rest = tuple(replace(v, volume=v.volume - h.volume) for v, h in zip(whole.volumes, half, strict=True))
    return ChargingPeriod(whole.start, half), ChargingPeriod(whole.start + (end - whole.start) / 2, rest)


@given(tariffs, usages())
def test_periods_may_arrive_in_any_order(offer: Tariff, usage: Usage) -> None:
    shuffled = replace(usage, periods=tuple(reversed(usage.periods)))
    assert rate(offer, shuffled).lines == rate(offer, usage).lines


@given(tariffs)
def test_what_is_quoted_at_the_start_is_what_the_first_moment_is_rated_with(offer: Tariff) -> None:
    measured = tuple(Volume(name, Decimal(1)) for name in ("ENERGY", "TIME", "PARKING_TIME"))
    moment = Usage(TUESDAY_10H, TUESDAY_10H, (ChargingPeriod(TUESDAY_10H, measured),), AMSTERDAM)
    quoted = components_at(offer, TUESDAY_10H, AMSTERDAM)
    first = {(c.element, c.component) for c in quoted if c.at_start} if isinstance(quoted, tuple) else set()
    assert first == {(line.element, line.component) for line in rate(offer, moment).lines}
