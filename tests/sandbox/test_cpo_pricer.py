"""The operator's prices, each worked out by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from roamgrid.kernel.json import loads
from roamgrid.sandbox.cpo.charge import Period
from roamgrid.sandbox.cpo.dump import bundled_objects
from roamgrid.sandbox.cpo.pricer import Amount, price
from roamgrid.sandbox.cpo.tariff import Moment, Tariff, parse_tariff

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY_NOON = datetime(2026, 5, 4, 12, 0, tzinfo=AMSTERDAM)
SUNDAY_NOON = datetime(2026, 5, 3, 12, 0, tzinfo=AMSTERDAM)
BUNDLED = {tariff["id"]: parse_tariff(tariff) for tariff in map(loads, bundled_objects("tariffs.json"))}


@dataclass(frozen=True)
class Stretch:
    """Some time with the energy that flowed in it; no energy is parking."""

    minutes: Decimal | int
    kwh: Decimal | int = 0


def priced(tariff: Tariff, *stretches: Stretch, start: datetime = MONDAY_NOON) -> tuple[Decimal, Decimal | None]:
    """(net, gross) of a charge made of these stretches, each of which lies in one price window."""
    seconds, joules, periods = 0, 0, []
    for stretch in stretches:
        end, total = seconds + int(stretch.minutes * 60), joules + int(stretch.kwh * 3_600_000)
        watts = (total - joules) // (end - seconds)
        at = Moment(
            local=(start.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(AMSTERDAM),
            kwh=Decimal(joules) / 3_600_000,
            power=Decimal(watts) / 1000,
            current=Decimal(watts) / 230,
            duration=Decimal(seconds),
        )
        periods.append(Period(seconds, joules, total > joules, tariff.at(at), start, end, total, watts, watts))
        seconds, joules = end, total
    total_cost: Amount = price(tariff, periods).total
    return total_cost.excl_vat, total_cost.incl_vat


def tariff(*elements: dict[str, Any]) -> Tariff:
    return parse_tariff({"currency": "EUR", "elements": list(elements)})


def component(kind: str, amount: str, *, step: int = 1, vat: int | None = None) -> dict[str, Any]:
    return {"type": kind, "price": Decimal(amount), "step_size": step, "vat": vat}


def test_energy_alone():
    # 11.3 x 0.32
    assert priced(BUNDLED["DOM-STREET"], Stretch(62, Decimal("11.3"))) == (Decimal("3.6160"), None)


def test_the_flat_fee_is_due_once():
    # 4 x 0.29 + 6 x 0.29 + 0.45
    assert priced(BUNDLED["DOM-GARAGE"], Stretch(15, 4), Stretch(15, 6)) == (Decimal("3.3500"), None)


def test_a_started_minute_counts_whole():
    # 5 x 0.35, and 30 min 10 s counts as 31 min: 31/60 x 0.90
    half_an_hour_and_ten_seconds = Decimal(1810) / 60
    assert priced(BUNDLED["RYN-AC"], Stretch(half_an_hour_and_ten_seconds, 5)) == (Decimal("2.2150"), None)


def test_night_begins_at_eleven():
    # 2 x 0.36 until 23:00, 4 x 0.24 after
    start = MONDAY_NOON.replace(hour=22, minute=50)
    assert priced(BUNDLED["DOM-DAYNIGHT"], Stretch(10, 2), Stretch(20, 4), start=start) == (Decimal("1.6800"), None)


def test_night_goes_on_after_midnight_until_seven():
    start = MONDAY_NOON.replace(hour=6, minute=50)
    assert priced(BUNDLED["DOM-DAYNIGHT"], Stretch(10, 2), Stretch(20, 4), start=start) == (Decimal("1.9200"), None)


def test_parking_costs_on_workdays_only():
    # 11 x 0.34; seven minutes of parking count as ten: 10/60 x 3.00
    stay = (Stretch(60, 11), Stretch(7))
    assert priced(BUNDLED["DOM-BLOCKING"], *stay) == (Decimal("4.2400"), None)
    assert priced(BUNDLED["DOM-BLOCKING"], *stay, start=SUNDAY_NOON) == (Decimal("3.7400"), None)


def test_vat_on_every_component():
    # net 10 x 0.30 + 0.25; gross 3.25 x 1.21
    assert priced(BUNDLED["DOM-VAT"], Stretch(60, 10)) == (Decimal("3.2500"), Decimal("3.9325"))


def test_a_component_without_vat_adds_none():
    mixed = tariff({"price_components": [component("ENERGY", "0.30", vat=21), component("FLAT", "1.00")]})
    # gross 3.00 x 1.21 + 1.00
    assert priced(mixed, Stretch(60, 10)) == (Decimal("4.0000"), Decimal("4.6300"))


def test_minimum_and_maximum_bind_net_and_gross():
    # 1 x 0.31 + 1/60 x 0.60 = 0.32 is below the minimum; 100 x 0.31 + ... is above the maximum
    assert priced(BUNDLED["DOM-CAPPED"], Stretch(1, 1)) == (Decimal("0.5000"), Decimal("0.6050"))
    assert priced(BUNDLED["DOM-CAPPED"], Stretch(60, 100)) == (Decimal("25.0000"), Decimal("30.2500"))


def test_the_first_ten_kilowatt_hours_are_cheaper():
    # 10 x 0.25 + 5 x 0.39
    assert priced(BUNDLED["RYN-FIRST10"], Stretch(30, 10), Stretch(15, 5)) == (Decimal("4.4500"), None)


def test_time_costs_after_three_quarters_of_an_hour():
    # (90 + 10) x 0.61, and 15 min at 6.00 an hour
    assert priced(BUNDLED["RYN-HPC"], Stretch(45, 90), Stretch(15, 10)) == (Decimal("62.5000"), None)


def test_charging_time_is_not_rounded_when_parking_follows():
    both = tariff({"price_components": [component("TIME", "6.00", step=600), component("PARKING_TIME", "12.00")]})
    # seven minutes at 6.00 an hour, one minute at 12.00 an hour
    assert priced(both, Stretch(7, 1), Stretch(1)) == (Decimal("0.9000"), None)


def test_energy_steps_round_the_whole_energy_up_at_the_last_price():
    steps = tariff(
        {"price_components": [component("ENERGY", "0.20", step=1000)], "restrictions": {"max_kwh": 2}},
        {"price_components": [component("ENERGY", "0.50", step=1000)]},
    )
    # 2 x 0.20 + 1.3 x 0.50, and the 0.7 missing to 4 kWh at 0.50
    assert priced(steps, Stretch(10, 2), Stretch(10, Decimal("1.3"))) == (Decimal("1.4000"), None)


def test_reservation_prices_do_not_apply_to_charging():
    reserving = tariff(
        {"price_components": [component("TIME", "9.00")], "restrictions": {"reservation": "RESERVATION"}},
        {"price_components": [component("ENERGY", "0.40")]},
    )
    assert priced(reserving, Stretch(60, 10)) == (Decimal("4.0000"), None)


def test_totals_have_four_decimals_and_are_rounded_once():
    # three stretches of 0.5 kWh at 0.12345 are 0.185175, not three times 0.0617
    odd = tariff({"price_components": [component("ENERGY", "0.12345")]})
    half = Stretch(10, Decimal("0.5"))
    assert priced(odd, half, half, half) == (Decimal("0.1852"), None)
