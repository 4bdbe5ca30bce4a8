"""Price display in the EU. Tests named EU-nn are the requirements of that number in our compliance catalogue."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from roamgrid_jurisdiction_eu_afir import EuAfir

from roamgrid.extensions import (
    Basis,
    Origin,
    PriceDimension,
    Purchase,
    RulePack,
    Severity,
)
from roamgrid.pricing import components_at, offered, rate
from tests.jurisdictions.builders import (
    EU_ONLY,
    charging_time,
    codes,
    component,
    energy,
    lines,
    occupancy,
    session_fee,
    shown,
)
from tests.pricing import builders as tariffs

AC: dict[str, Any] = {"power_kw": Decimal(22)}


def test_eu_01_a_price_by_time_only_is_unlawful_at_150_kw() -> None:
    result = shown(charging_time("12"))
    assert codes(result) == ["AFIR_KWH_PRICE_MISSING", "AFIR_TIME_PRICE"]
    assert not result.lawful
    assert {violation.citation for violation in result.violations} == {"Regulation (EU) 2023/1804, Article 5(4)"}


def test_eu_02_energy_and_occupancy_are_listed_per_kwh_and_per_minute() -> None:
    result = shown(occupancy("6.00", tax=None), energy("0.59", tax=None), pack=EU_ONLY)
    assert lines(result) == [("0.59", "kWh"), ("0.1", "min")]
    assert result.lawful


def test_eu_03_charging_time_is_unlawful_at_150_kw_and_lawful_at_22_kw() -> None:
    price = (charging_time("1.20", tax="0"), energy("0.49", tax="0"))
    assert codes(shown(*price, pack=EU_ONLY)) == ["AFIR_TIME_PRICE"]
    slow = shown(*price, pack=EU_ONLY, **AC)
    assert slow.lawful
    assert lines(slow) == [("0.49", "kWh"), ("0.02", "min")]


def test_eu_04_the_order_is_kwh_minute_session_other_whatever_the_tariffs_order() -> None:
    result = shown(
        component(PriceDimension.RESERVATION_FLAT, "1.00"),
        session_fee("0.50"),
        occupancy("3.00"),
        charging_time("1.20"),
        energy("0.49"),
        pack=EU_ONLY,
        **AC,
    )
    assert [(c.dimension, c.unit) for c in result.components] == [
        (PriceDimension.ENERGY, "kWh"),
        (PriceDimension.TIME, "min"),
        (PriceDimension.PARKING_TIME, "min"),
        (PriceDimension.FLAT, "session"),
        (PriceDimension.RESERVATION_FLAT, "session"),
    ]
    assert result.violations == ()


def test_eu_05_the_brands_fees_stand_apart_and_the_sum_is_what_is_rated() -> None:
    operator = tariffs.tariff(tariffs.element(tariffs.energy("0.40"), tariffs.flat("0.35")))
    quoted = offered(operator, components_at(operator, tariffs.TUESDAY_10H, tariffs.AMSTERDAM))
    assert isinstance(quoted, tuple)
    markup = energy("0.05", origin=Origin.MSP_FEE)
    roaming = session_fee("0.25", origin=Origin.MSP_EROAMING)
    result = shown(roaming, markup, *quoted, **AC)
    assert [(c.origin, c.source.price) for c in result.components] == [
        (Origin.CPO, Decimal("0.40")),
        (Origin.MSP_FEE, Decimal("0.05")),
        (Origin.CPO, Decimal("0.35")),
        (Origin.MSP_EROAMING, Decimal("0.25")),
    ]
    rated = rate(operator, tariffs.charge(tariffs.period(0, ENERGY="20")))
    fees = (20 * Decimal("0.05") + Decimal("0.25")) * Decimal("1.21")
    by_unit = {"kWh": 20, "session": 1}
    assert rated.gross is not None
    assert sum(c.amount * by_unit[c.unit] for c in result.components) == rated.gross + fees


def test_eu_12_a_night_price_is_disclosed_with_its_hour_before_it_begins() -> None:
    operator = tariffs.tariff(
        tariffs.element(tariffs.energy("0.30", vat="0"), start_time=time(22), end_time=time(6)),
        tariffs.element(tariffs.energy("0.50", vat="0")),
    )
    at = datetime(2026, 3, 3, 20, 58, tzinfo=UTC)
    quoted = offered(operator, components_at(operator, at, tariffs.AMSTERDAM))
    assert isinstance(quoted, tuple)
    assert [c.text for c in shown(*quoted, pack=EU_ONLY).components] == [
        "€ 0.50 per kWh incl. VAT, until 22:00",
        "€ 0.30 per kWh incl. VAT, from 22:00, until 06:00",
        "€ 0.50 per kWh incl. VAT, from 06:00",
    ]


def test_a_session_fee_at_50_kw_is_rejected_unless_allowed() -> None:
    price = (energy("0.59"), session_fee("0.50"))
    assert codes(shown(*price, power_kw=Decimal(50))) == ["AFIR_SESSION_FEE"]
    lenient = RulePack((EuAfir(allow_session_fee=True),))
    assert shown(*price, power_kw=Decimal(50), pack=lenient).violations == ()


def test_anything_else_at_50_kw_is_named() -> None:
    price = (energy("0.59"), component(PriceDimension.MIN_PRICE, "5"), component(PriceDimension.RESERVATION_TIME, "3"))
    assert codes(shown(*price)) == ["AFIR_OTHER_COMPONENT", "AFIR_OTHER_COMPONENT"]


@pytest.mark.parametrize(
    ("changes", "severities"),
    [
        ({"power_kw": Decimal("49.9")}, []),
        ({"power_kw": Decimal(50)}, [Severity.UNLAWFUL]),
        ({"power_kw": None}, [Severity.DOUBTFUL]),
        ({"deployed_on": None}, [Severity.DOUBTFUL]),
        ({"deployed_on": date(2024, 4, 12)}, []),
        ({"deployed_on": date(2024, 4, 13)}, [Severity.UNLAWFUL]),
        ({"purchase": Purchase.CONTRACT}, []),
        ({"as_of": date(2024, 4, 12)}, []),
    ],
)
def test_the_shape_binds_new_fast_points_and_ad_hoc_prices(changes: dict[str, object], severities: list[Severity]) -> None:
    result = shown(energy("0.59"), charging_time("6"), pack=EU_ONLY, **changes)
    assert [violation.severity for violation in result.violations] == severities


def test_the_brands_own_session_fee_does_not_break_the_operators_shape() -> None:
    assert shown(energy("0.59"), session_fee("0.35", origin=Origin.MSP_FEE)).lawful


def test_an_hourly_price_without_an_exact_minute_is_rounded_and_said_to_be() -> None:
    result = shown(energy("0.59", tax="0"), occupancy("2.50", tax="0"), pack=EU_ONLY)
    assert lines(result) == [("0.59", "kWh"), ("0.0417", "min")]
    assert codes(result) == ["AFIR_MINUTE_PRICE_INEXACT"]
    assert result.lawful


def test_an_hourly_price_is_judged_with_its_tax() -> None:
    """EUR 2.50 an hour is not exact per minute; with 20 % it is EUR 3.00, and that is EUR 0.05."""
    assert lines(shown(occupancy("2.50", tax="20"), pack=EU_ONLY)) == [("0.05", "min")]


def test_a_price_that_includes_tax_is_shown_as_it_is() -> None:
    assert lines(shown(energy("0.79", basis=Basis.GROSS), occupancy("6", tax="0"), pack=EU_ONLY))[0] == ("0.79", "kWh")
