"""Power over time, and the periods it is cut into."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from roamgrid.kernel.json import loads
from roamgrid.sandbox.cpo.charge import JOULES_PER_KWH, Charge
from roamgrid.sandbox.cpo.dump import bundled_objects
from roamgrid.sandbox.cpo.power import connector_watts
from roamgrid.sandbox.cpo.tariff import parse_tariff

BUNDLED = {tariff["id"]: parse_tariff(tariff) for tariff in map(loads, bundled_objects("tariffs.json"))}
TEN_O_CLOCK = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


def charge(*, tariff: str = "DOM-STREET", start: datetime = TEN_O_CLOCK, watts: int = 12_000, need_kwh: int = 1000):
    return Charge(start, ZoneInfo("Europe/Amsterdam"), watts, 230, BUNDLED[tariff], need_kwh * JOULES_PER_KWH)


def test_full_power_for_an_hour():
    car = charge()
    car.advance(3600)
    assert (car.kwh, car.seconds) == (12, 3600)


def test_a_period_ends_where_the_night_price_begins():
    car = charge(tariff="DOM-DAYNIGHT", start=datetime(2026, 5, 4, 20, 56, 17, tzinfo=UTC))
    car.advance(1800)
    # 23:00 in Amsterdam is 223 seconds after the start, then come the quarter hours
    assert [period.start for period in car.periods] == [0, 223, 223 + 900]


def test_a_period_ends_at_exactly_ten_kilowatt_hours():
    car = charge(tariff="RYN-FIRST10", watts=22_080)
    car.advance(3600)
    assert 10 * JOULES_PER_KWH in [period.begun_joules for period in car.periods]


def test_a_period_ends_when_time_starts_to_cost():
    car = charge(tariff="RYN-HPC", start=TEN_O_CLOCK.replace(second=1))
    car.advance(3600)
    assert 2700 in [period.start for period in car.periods]


def test_power_falls_near_the_end_and_the_full_car_parks():
    car = charge(need_kwh=10)
    car.advance(30 * 60)
    middle = car.watts
    car.advance(50 * 60)
    late = car.watts
    car.advance(5 * 3600)
    assert middle == 12_000
    assert 1_200 <= late < 12_000
    assert (car.kwh, car.watts, car.periods[-1].charging, car.periods[0].charging) == (10, 0, False, True)


def test_the_driver_unplugs_at_a_reading():
    car = charge()
    car.unplug_joules = JOULES_PER_KWH
    car.advance(3600)
    assert (car.kwh, car.unplugged, car.seconds) == (1, True, 300)


@given(st.lists(st.integers(min_value=1, max_value=4000), min_size=1, max_size=12), st.sampled_from(sorted(BUNDLED)))
def test_periods_follow_each_other_and_add_up_to_the_meter(ticks: list[int], tariff: str):
    car = charge(tariff=tariff, watts=50_000, need_kwh=40)
    for tick in ticks:
        car.advance(car.seconds + tick)
    assert [period.end for period in car.periods[:-1]] == [period.start for period in car.periods[1:]]
    assert (car.periods[0].start, car.periods[-1].end) == (0, sum(ticks))
    assert sum(period.watt_hours for period in car.periods) == car.kwh * 1000


def test_power_is_what_is_stated_else_derived_else_usual():
    three_phase = {"power_type": "AC_3_PHASE", "max_voltage": 230, "max_amperage": 32}
    assert connector_watts(three_phase | {"max_electric_power": 11_000}) == 11_000
    assert connector_watts(three_phase) == 22_080
    assert connector_watts({"power_type": "DC", "max_electric_power": 22_170_000}) == 50_000
