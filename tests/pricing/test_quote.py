"""What a tariff would ask of a charge, before it starts."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from roamgrid.canonical.tariff import Dimension, ReservationRestriction, Restrictions, Tariff, TaxIncluded
from roamgrid.extensions import Basis, OfferedComponent, PriceDimension, PriceUnknown, UnknownReason
from roamgrid.pricing import QuotedComponent, components_at, offered
from tests.pricing.builders import AMSTERDAM, TUESDAY_10H, bound, element, energy, flat, parking, tariff, time_

DAY_AND_NIGHT = tariff(
    element(energy("0.30"), start_time=time(22), end_time=time(6)), element(energy("0.50")), element(flat("0.35"))
)
JUST_BEFORE_NIGHT = datetime(2026, 3, 3, 20, 58, tzinfo=UTC)


def quote(offer: Tariff | None, at: datetime = TUESDAY_10H, power: str | None = "11") -> tuple[QuotedComponent, ...]:
    quoted = components_at(offer, at, AMSTERDAM, None if power is None else Decimal(power))
    assert not isinstance(quoted, PriceUnknown)
    return quoted


def test_the_first_matching_element_of_each_dimension_is_quoted() -> None:
    offer = tariff(element(energy("0.40")), element(energy("0.99"), time_("1.20")), element(time_("9")))
    assert [(c.dimension, c.price, c.element) for c in quote(offer)] == [
        (Dimension.ENERGY, Decimal("0.40"), 0),
        (Dimension.TIME, Decimal("1.20"), 1),
    ]


def test_both_prices_and_the_switch_are_quoted_at_two_minutes_to_ten() -> None:
    now, night, _morning, fee = quote(DAY_AND_NIGHT, JUST_BEFORE_NIGHT)
    ten = datetime(2026, 3, 3, 21, tzinfo=UTC)
    six = datetime(2026, 3, 4, 5, tzinfo=UTC)
    assert (now.price, now.starts, now.until, now.at_start) == (Decimal("0.50"), None, ten, True)
    assert (night.price, night.starts, night.until, night.at_start) == (Decimal("0.30"), ten, six, False)
    assert (fee.price, fee.starts, fee.until) == (Decimal("0.35"), None, None)


def test_the_horizon_limits_what_is_quoted() -> None:
    quoted = components_at(DAY_AND_NIGHT, JUST_BEFORE_NIGHT, AMSTERDAM, horizon=timedelta(minutes=1))
    assert isinstance(quoted, tuple)
    assert [(c.price, c.until) for c in quoted] == [(Decimal("0.50"), None), (Decimal("0.35"), None)]


def test_bands_of_the_session_are_quoted_with_their_condition() -> None:
    offer = tariff(element(energy("0"), max_kwh=Decimal(5)), element(energy("0.50"), min_kwh=Decimal(5)))
    first, then = quote(offer)
    assert (first.condition, first.at_start) == (Restrictions(max_kwh=Decimal(5)), True)
    assert (then.condition, then.at_start) == (Restrictions(min_kwh=Decimal(5)), False)


def test_what_the_charging_point_cannot_reach_is_not_quoted() -> None:
    offer = tariff(element(energy("0.80"), min_power=Decimal(50)), element(energy("0.40"), max_power=Decimal(50)))
    assert [(c.price, c.condition) for c in quote(offer, power="11")] == [(Decimal("0.40"), None)]
    assert [c.price for c in quote(offer, power=None)] == [Decimal("0.80"), Decimal("0.40")]
    assert [c.price for c in quote(offer, power="50")] == [Decimal("0.80"), Decimal("0.40")]
    fast, slow = quote(offer, power="150")
    assert (fast.condition, fast.at_start) == (Restrictions(min_power=Decimal(50)), True)
    assert (slow.condition, slow.at_start) == (Restrictions(max_power=Decimal(50)), False)


def test_a_switch_in_the_hour_that_occurs_twice_is_quoted_at_each() -> None:
    """On 25 October 2026 Amsterdam's clocks go back from 03:00 to 02:00, at 01:00 UTC: 02:30 comes twice."""
    offer = tariff(element(energy("0.10"), start_time=time(2, 30), end_time=time(4)), element(energy("0.50")))
    before = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    changes = [c.starts for c in quote(offer, before)][1:4]
    assert changes == [before.replace(minute=30), before.replace(hour=1), before.replace(hour=1, minute=30)]


def test_a_switch_in_the_hour_that_does_not_occur_is_quoted_when_the_clocks_change() -> None:
    """On 29 March 2026 Amsterdam's clocks go forward from 02:00 to 03:00, at 01:00 UTC."""
    offer = tariff(element(energy("0.10"), start_time=time(2, 30), end_time=time(4)), element(energy("0.50")))
    _, night, *_ = quote(offer, datetime(2026, 3, 29, 0, 0, tzinfo=UTC))
    assert (night.price, night.starts) == (Decimal("0.10"), datetime(2026, 3, 29, 1, tzinfo=UTC))


def test_reservations_are_quoted_apart() -> None:
    offer = tariff(
        element(time_("6"), reservation=ReservationRestriction.RESERVATION_EXPIRES),
        element(time_("3"), flat("2"), reservation=ReservationRestriction.RESERVATION),
        element(energy("0.50")),
    )
    assert [(c.phase, c.dimension, c.price) for c in quote(offer)] == [
        ("SESSION", Dimension.ENERGY, Decimal("0.50")),
        ("RESERVATION", Dimension.TIME, Decimal(3)),
        ("RESERVATION", Dimension.FLAT, Decimal(2)),
        ("EXPIRED", Dimension.TIME, Decimal(6)),
    ]


@pytest.mark.parametrize(
    ("offer", "reason"),
    [
        (None, UnknownReason.NO_TARIFF),
        (tariff(), UnknownReason.NO_ELEMENTS),
        (replace(DAY_AND_NIGHT, valid_from=TUESDAY_10H + timedelta(hours=1)), UnknownReason.NOT_VALID),
        (replace(DAY_AND_NIGHT, valid_to=TUESDAY_10H), UnknownReason.NOT_VALID),
        (tariff(element(energy("0.5"), end_date=date(2026, 1, 1))), UnknownReason.NOTHING_APPLIES),
    ],
)
def test_a_price_that_nobody_can_say_is_unknown_and_not_free(offer: Tariff | None, reason: UnknownReason) -> None:
    assert components_at(offer, TUESDAY_10H, AMSTERDAM) == PriceUnknown(reason)
    assert offered(offer or tariff(), PriceUnknown(reason)) == PriceUnknown(reason)


def test_the_end_of_a_tariffs_validity_is_a_switch() -> None:
    (only,) = quote(tariff(element(energy("0.50")), valid_to=TUESDAY_10H + timedelta(hours=1)))
    assert only.until == TUESDAY_10H + timedelta(hours=1)


def test_an_offer_leaves_out_what_costs_nothing_but_keeps_energy_and_limits() -> None:
    offer = tariff(element(energy("0"), time_("0"), parking("6"), flat("0")), max_price=bound("10", "12.10"))
    components = offered(offer, quote(offer))
    assert components == (
        OfferedComponent(PriceDimension.ENERGY, Decimal("0"), Decimal(21)),
        OfferedComponent(PriceDimension.PARKING_TIME, Decimal("6"), Decimal(21)),
        OfferedComponent(PriceDimension.MAX_PRICE, Decimal("12.10"), None, basis=Basis.GROSS),
    )


def test_a_free_tariff_is_offered_as_free() -> None:
    offer = tariff(element(flat("0", vat=None)), tax_included=TaxIncluded.NA)
    assert offered(offer, quote(offer)) == (OfferedComponent(PriceDimension.FLAT, Decimal("0"), None, basis=Basis.NO_TAX),)
