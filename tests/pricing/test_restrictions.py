"""When a price applies: what each restriction means at its edges."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.pricing import rate
from tests.pricing.builders import TUESDAY_10H, charge, element, energy, parking, period, tariff


def applies(start: datetime = TUESDAY_10H, *, amounts: dict[str, str] | None = None, **restrictions: Any) -> bool:
    """Is one kWh at that moment priced by an element under these restrictions."""
    offer = tariff(element(energy("1"), **restrictions))
    return bool(rate(offer, charge(period(0, ENERGY="1", **(amounts or {})), start=start)).lines)


def amsterdam(hour: int, minute: int = 0) -> datetime:
    """That time on a winter Tuesday in Amsterdam, an hour ahead of UTC."""
    return TUESDAY_10H.replace(hour=hour - 1, minute=minute) if hour else datetime(2026, 3, 2, 23, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "at", "expected"),
    [
        (time(9), time(17), amsterdam(9), True),
        (time(9), time(17), amsterdam(16, 59), True),
        (time(9), time(17), amsterdam(17), False),
        (time(22), time(6), amsterdam(23), True),
        (time(22), time(6), amsterdam(5, 59), True),
        (time(22), time(6), amsterdam(6), False),
        (time(9), time(9), amsterdam(3), True),
        (None, time(9), amsterdam(0), True),
        (None, time(0), amsterdam(23), True),
        (time(20), None, amsterdam(23), True),
        (time(20), None, amsterdam(19, 59), False),
        (time(20), time(0), amsterdam(23, 59), True),
    ],
)
def test_daily_windows_are_local_and_end_exclusive(start: time | None, end: time | None, at: datetime, expected: bool) -> None:
    assert applies(at, start_time=start, end_time=end) is expected


@pytest.mark.parametrize(("day", "expected"), [(2, False), (3, True), (4, True), (5, False)])
def test_dates_include_the_first_day_and_exclude_the_last(day: int, expected: bool) -> None:
    at = datetime(2026, 3, day, 12, tzinfo=UTC)
    assert applies(at, start_date=date(2026, 3, 3), end_date=date(2026, 3, 5)) is expected


def test_the_weekday_is_the_local_one() -> None:
    late_monday_in_utc = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert applies(late_monday_in_utc, weekdays=frozenset({2}))
    assert not applies(late_monday_in_utc, weekdays=frozenset({1}))


def test_an_hour_that_occurs_twice_matches_twice() -> None:
    """On 25 October 2026 the clocks in Amsterdam go back from 03:00 to 02:00, at 01:00 UTC."""
    for hour in (0, 1):
        assert applies(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), start_time=time(2), end_time=time(3))


def test_energy_bands_count_what_was_charged_before() -> None:
    rated = rate(
        tariff(element(energy("0"), max_kwh=Decimal(10)), element(energy("0.50"), min_kwh=Decimal(10))),
        charge(period(0, ENERGY="10"), period(30, ENERGY="4")),
    )
    assert rated.net == Decimal("2.00")


def test_durations_count_from_plugging_in_also_for_parking() -> None:
    offer = tariff(element(parking("6"), min_duration=3600))
    parked_early = charge(period(0, ENERGY="10"), period(59, PARKING_TIME="0.5"))
    parked_late = charge(period(0, ENERGY="10"), period(60, PARKING_TIME="0.5"))
    assert (rate(offer, parked_early).net, rate(offer, parked_late).net) == (Decimal(0), Decimal(3))


def test_a_duration_band_excludes_its_end() -> None:
    offer = tariff(element(parking("0"), max_duration=3600), element(parking("6")))
    parked_early = charge(period(0, ENERGY="10"), period(59, PARKING_TIME="0.5"))
    parked_late = charge(period(0, ENERGY="10"), period(60, PARKING_TIME="0.5"))
    assert (rate(offer, parked_early).net, rate(offer, parked_late).net) == (Decimal(0), Decimal(3))


def test_a_reservation_before_does_not_age_the_session() -> None:
    offer = tariff(element(energy("0.20"), max_duration=1800), element(energy("0.50")))
    rated = rate(offer, charge(period(0, RESERVATION_TIME="1"), period(60, ENERGY="10"), minutes=120))
    assert rated.net == Decimal("2.00")


@pytest.mark.parametrize(
    ("restriction", "low_kw", "peak_kw", "expected"),
    [
        ({"min_power": Decimal(50)}, "10", "50", True),
        ({"min_power": Decimal(50)}, "10", "49.999", False),
        ({"max_power": Decimal(50)}, "49.999", "90", True),
        ({"max_power": Decimal(50)}, "50", "90", False),
    ],
)
def test_a_minimum_asks_for_the_peak_and_a_maximum_for_the_trough(
    restriction: dict[str, Any], low_kw: str, peak_kw: str, expected: bool
) -> None:
    assert applies(amounts={"MIN_POWER": low_kw, "MAX_POWER": peak_kw}, **restriction) is expected


def test_a_power_restriction_does_not_match_where_no_power_was_reported() -> None:
    assert not applies(max_power=Decimal(50))
    assert not applies(min_current=Decimal(0))
    assert applies(min_current=Decimal(16), amounts={"MIN_CURRENT": "6", "MAX_CURRENT": "16"})
    assert not applies(max_current=Decimal(6), amounts={"MIN_CURRENT": "6", "MAX_CURRENT": "16"})
