"""What is odd about a charge is named, never hidden."""

from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal

from roamgrid.canonical.tariff import Tariff
from roamgrid.pricing import FindingCode, Usage, rate
from tests.pricing.builders import AMSTERDAM, TUESDAY_10H, charge, element, energy, flat, parking, period, tariff

FLAT_RATE = tariff(element(energy("0.40")))


def found(offer: Tariff, usage: Usage) -> list[tuple[FindingCode, int | None]]:
    return [(finding.code, finding.period) for finding in rate(offer, usage).findings]


def test_an_ordinary_charge_has_no_findings() -> None:
    assert found(FLAT_RATE, charge(period(0, ENERGY="20"), period(30, ENERGY="3"))) == []


def test_periods_out_of_order_are_sorted_and_noticed() -> None:
    usage = charge(period(30, PARKING_TIME="1"), period(0, ENERGY="20"))
    assert found(FLAT_RATE, usage) == [(FindingCode.PERIODS_OUT_OF_ORDER, None)]


def test_a_period_before_the_session_is_noticed() -> None:
    assert found(FLAT_RATE, charge(period(-5, ENERGY="20"))) == [(FindingCode.PERIOD_OUTSIDE_SESSION, None)]


def test_a_period_that_outlasts_its_price_is_noticed() -> None:
    offer = tariff(element(energy("0.40"), end_time=time(11)), element(energy("0.60")))
    change = (FindingCode.PERIOD_SPANS_PRICE_CHANGE, 0)
    assert found(offer, charge(period(0, ENERGY="20"), minutes=60)) == []
    assert found(offer, charge(period(0, ENERGY="20"), minutes=61)) == [change]


def test_a_period_that_ends_exactly_with_its_energy_band_is_not_noticed() -> None:
    offer = tariff(element(energy("0"), max_kwh=Decimal(10)), element(energy("0.50")))
    assert found(offer, charge(period(0, ENERGY="10"), period(30, ENERGY="1"))) == []
    assert found(offer, charge(period(0, ENERGY="10.001"))) == [(FindingCode.PERIOD_SPANS_PRICE_CHANGE, 0)]


def test_a_period_that_ends_exactly_with_its_duration_band_is_not_noticed() -> None:
    offer = tariff(element(energy("0.40"), max_duration=3600), element(energy("0.60")))
    assert found(offer, charge(period(0, ENERGY="20"), minutes=60)) == []
    assert found(offer, charge(period(0, ENERGY="20"), minutes=61)) == [(FindingCode.PERIOD_SPANS_PRICE_CHANGE, 0)]


def test_power_that_was_needed_and_not_reported_is_noticed_per_period() -> None:
    offer = tariff(element(energy("0.40"), max_power=Decimal(50)), element(energy("0.60")))
    usage = charge(period(0, ENERGY="20", MIN_POWER="11000", MAX_POWER="11000"), period(30, ENERGY="20"))
    assert found(offer, usage) == [(FindingCode.POWER_UNKNOWN, 1)]


def test_a_second_flat_fee_is_not_charged_but_noticed() -> None:
    offer = tariff(element(flat("1"), max_duration=600), element(flat("2")))
    usage = charge(period(0, ENERGY="1"), period(30, ENERGY="1"))
    assert rate(offer, usage).net == Decimal(1)
    assert found(offer, usage) == [(FindingCode.FLAT_CHANGED, None)]


def test_a_charge_that_nothing_prices_is_noticed() -> None:
    assert found(tariff(element(parking("6"))), charge(period(0, ENERGY="20"))) == [(FindingCode.NOTHING_PRICED, None)]


def test_another_tariff_named_by_the_operator_is_noticed() -> None:
    usage = charge(period(0, ENERGY="20"), tariff_id="T2")
    assert found(FLAT_RATE, usage) == [(FindingCode.OTHER_TARIFF_NAMED, None)]


def test_a_charge_outside_the_tariffs_validity_is_noticed() -> None:
    usage = charge(period(0, ENERGY="20"))
    assert found(replace(FLAT_RATE, valid_from=TUESDAY_10H), usage) == []
    assert found(replace(FLAT_RATE, valid_to=TUESDAY_10H), usage) == [(FindingCode.OUTSIDE_TARIFF_VALIDITY, None)]


def test_nothing_reported_is_noticed() -> None:
    usage = Usage(TUESDAY_10H, datetime(2026, 3, 3, 10, tzinfo=UTC), (), AMSTERDAM)
    assert found(FLAT_RATE, usage) == [(FindingCode.NO_PERIODS, None)]
