"""Rating by hand: each case computed on paper."""

from decimal import Decimal

import pytest

from roamgrid.canonical.tariff import ReservationRestriction, TaxIncluded
from roamgrid.pricing import (
    FindingCode,
    Heading,
    LimitKind,
    MissingVat,
    PricingPolicy,
    Rated,
    UnknownTimeZone,
    compile_tariff,
    rate,
)
from tests.pricing.builders import bound, charge, element, energy, flat, parking, period, tariff, time_


def codes(rated: Rated) -> set[FindingCode]:
    return {finding.code for finding in rated.findings}


def test_every_dimension_is_priced_by_its_own_first_element() -> None:
    rated = rate(
        tariff(element(energy("0.40")), element(flat("0.35"), energy("9.99"), parking("3.00"))),
        charge(period(0, ENERGY="20", TIME="1"), period(60, PARKING_TIME="0.5"), minutes=90),
    )
    assert [(line.dimension, line.element, line.net) for line in rated.lines] == [
        ("FLAT", 1, Decimal("0.35")),
        ("ENERGY", 0, Decimal("8.00")),
        ("PARKING_TIME", 1, Decimal("1.50")),
    ]
    assert (rated.net, rated.gross, rated.tax) == (Decimal("9.85"), Decimal("11.9185"), Decimal("2.0685"))


def test_what_no_element_prices_costs_nothing_and_is_still_counted() -> None:
    totals = rate(tariff(element(energy("0.40"))), charge(period(0, ENERGY="20", TIME="1"))).per_dimension()
    assert totals[Heading.TIME].volume == 1
    assert not totals[Heading.TIME].priced
    assert totals[Heading.TIME].net is None


def test_a_missing_tax_rate_leaves_gross_unknown_and_says_so() -> None:
    rated = rate(tariff(element(energy("0.40", vat=None))), charge(period(0, ENERGY="20")))
    assert (rated.net, rated.gross, rated.tax) == (Decimal("8.00"), None, None)
    assert codes(rated) == {FindingCode.TAX_UNKNOWN}


def test_a_free_component_is_free_at_any_tax_rate() -> None:
    rated = rate(tariff(element(energy("0.40"), time_("0", vat=None))), charge(period(0, ENERGY="20", TIME="1")))
    assert rated.gross == Decimal("9.68")


def test_the_policy_can_read_a_missing_rate_as_no_tax() -> None:
    policy = PricingPolicy(missing_vat=MissingVat.NOT_APPLICABLE)
    rated = rate(tariff(element(energy("0.40", vat=None))), charge(period(0, ENERGY="20")), policy)
    assert rated.gross == Decimal("8.00")


def test_prices_that_include_tax_are_gross() -> None:
    rated = rate(tariff(element(energy("0.605")), tax_included=TaxIncluded.YES), charge(period(0, ENERGY="10")))
    assert (rated.net, rated.gross) == (Decimal("5"), Decimal("6.05"))


def test_where_no_tax_applies_gross_is_net() -> None:
    rated = rate(tariff(element(energy("0.50", vat=None)), tax_included=TaxIncluded.NA), charge(period(0, ENERGY="10")))
    assert (rated.net, rated.gross, rated.tax) == (Decimal("5"), Decimal("5"), Decimal(0))


@pytest.mark.parametrize(
    ("kwh", "step", "billed"),
    [("10.001", 1000, "11"), ("10", 1000, "10"), ("10.001", 0, "10.001"), ("10.0004", 1, "10.001")],
)
def test_energy_is_rounded_up_to_full_steps_once(kwh: str, step: int, billed: str) -> None:
    (line,) = rate(tariff(element(energy("0.40", step=step))), charge(period(0, ENERGY=kwh))).lines
    assert (line.volume, line.billed_volume) == (Decimal(kwh), Decimal(billed))


def test_the_step_of_the_last_priced_period_rounds_the_whole_session() -> None:
    rated = rate(
        tariff(element(energy("0.20", step=1), max_kwh=Decimal(5)), element(energy("0.50", step=1000))),
        charge(period(0, ENERGY="5.3"), period(30, ENERGY="2.2")),
    )
    assert [(line.unit_price, line.billed_volume) for line in rated.lines] == [
        (Decimal("0.20"), Decimal("5.3")),
        (Decimal("0.50"), Decimal("2.7")),
    ]


def test_four_decimals_of_an_hour_do_not_cost_another_step() -> None:
    """Five minutes are reported as 0.0834 h, that is 300.24 s."""
    (line,) = rate(tariff(element(time_("6.00", step=300))), charge(period(0, TIME="0.0834"))).lines
    assert line.billed_volume == Decimal("0.0834")


def test_charging_time_is_not_rounded_when_parking_time_was_priced() -> None:
    rated = rate(
        tariff(element(time_("6", step=900), parking("12", step=600))),
        charge(period(0, TIME="0.1"), period(6, PARKING_TIME="0.1"), minutes=12),
    )
    assert [line.billed_volume for line in rated.lines] == [Decimal("0.1"), Decimal(1) / 6]


def test_limits_bind_net_and_gross_independently() -> None:
    rated = rate(tariff(element(energy("1")), max_price=bound("8", "12")), charge(period(0, ENERGY="9")))
    assert (rated.net, rated.gross) == (Decimal(8), Decimal("10.89"))
    (moved,) = rated.adjustments
    assert (moved.kind, moved.net, moved.gross) == (LimitKind.MAX_PRICE, Decimal(-1), Decimal(0))


def test_a_floor_that_is_exceeded_and_a_ceiling_that_is_not_reached_change_nothing() -> None:
    offer = tariff(element(energy("1")), min_price=bound("5", "6"), max_price=bound("20", "24"))
    rated = rate(offer, charge(period(0, ENERGY="9")))
    assert (rated.net, rated.gross, rated.adjustments) == (Decimal(9), Decimal("10.89"), ())


def test_a_limit_without_gross_takes_the_one_rate_of_all_lines() -> None:
    rated = rate(tariff(element(energy("1")), min_price=bound("10", None)), charge(period(0, ENERGY="9")))
    assert (rated.net, rated.gross) == (Decimal(10), Decimal("12.1"))


def test_a_limit_without_gross_over_several_rates_leaves_gross_unknown() -> None:
    rated = rate(
        tariff(element(energy("1", vat="21"), flat("1", vat="9")), min_price=bound("20", None)), charge(period(0, ENERGY="9"))
    )
    assert (rated.net, rated.gross) == (Decimal(20), None)
    assert FindingCode.LIMIT_TAX_UNKNOWN in codes(rated)


RESERVED = tariff(
    element(time_("6"), reservation=ReservationRestriction.RESERVATION_EXPIRES),
    element(time_("3"), flat("2"), reservation=ReservationRestriction.RESERVATION),
    element(energy("0.50"), time_("1"), flat("0.35")),
)


def test_a_used_reservation_is_priced_by_reservation_elements_only() -> None:
    totals = rate(
        RESERVED, charge(period(0, RESERVATION_TIME="0.5"), period(30, ENERGY="10", TIME="1"), minutes=90)
    ).per_dimension()
    assert {heading: total.net for heading, total in totals.items()} == {
        Heading.ENERGY: Decimal("5.00"),
        Heading.TIME: Decimal(1),
        Heading.FLAT: Decimal("0.35"),
        Heading.RESERVATION: Decimal("3.5"),
    }


def test_a_reservation_that_expired_costs_no_session_fee() -> None:
    rated = rate(RESERVED, charge(period(0, RESERVATION_TIME="0.5"), minutes=30))
    assert rated.net == Decimal("5.0"), "half an hour at 6, and the reservation fee that expiry does not price"
    assert set(rated.per_dimension()) == {Heading.RESERVATION}


def test_energy_fed_back_is_credited_unrounded_and_noticed() -> None:
    rated = rate(tariff(element(energy("0.40", step=1000))), charge(period(0, ENERGY="-2.5")))
    assert rated.net == Decimal("-1.00")
    assert FindingCode.NEGATIVE_ENERGY in codes(rated)


def test_a_tariff_without_elements_is_not_free() -> None:
    rated = rate(tariff(), charge(period(0, ENERGY="20")))
    assert (rated.net, rated.gross) == (None, None)
    assert codes(rated) == {FindingCode.TARIFF_EMPTY}


def test_a_compiled_tariff_rates_the_same() -> None:
    usage = charge(period(0, RESERVATION_TIME="0.5"), period(30, ENERGY="10", TIME="1"), minutes=90)
    assert rate(compile_tariff(RESERVED), usage) == rate(RESERVED, usage)


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(UnknownTimeZone):
        rate(tariff(element(energy("0.40"))), charge(period(0, ENERGY="1"), time_zone="Europe/Atlantis"))
