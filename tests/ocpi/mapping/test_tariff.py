"""Tariffs of OCPI 2.2.1 as canonical ones: what a price depends on is read exactly or not at all."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.canonical.tariff import (
    Dimension,
    PriceComponent,
    PriceLimit,
    ReservationRestriction,
    Restrictions,
    Tariff,
    TaxIncluded,
)
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.wire.common.deviations import Refused
from tests.ocpi import objects
from tests.ocpi.objects import MISSING

adapter = adapter_for("2.2.1", "default")


def mapped(**changes: Any) -> tuple[Tariff, list[str]]:
    read = adapter.read(kinds.TARIFF, objects.raw(objects.tariff(**changes)))
    return read.value, [deviation.code.value for deviation in read.deviations]


def restricted(**restrictions: Any) -> tuple[Restrictions | None, list[str]]:
    tariff, codes = mapped(elements=[objects.element(restrictions=restrictions)])
    return tariff.elements[0].restrictions, codes


def component(**changes: Any) -> tuple[PriceComponent, list[str]]:
    tariff, codes = mapped(elements=[objects.element(price_components=[objects.component(**changes)])])
    return tariff.elements[0].components[0], codes


def test_prices_are_without_vat_and_exact():
    tariff, codes = mapped()
    assert tariff.tax_included is TaxIncluded.NO
    assert tariff.elements[0].components == (PriceComponent(Dimension.ENERGY, Decimal("0.40"), Decimal(21), 1),)
    assert str(tariff.elements[0].components[0].price) == "0.40"
    assert codes == []


@pytest.mark.parametrize(("vat", "percent", "codes"), [(0, Decimal(0), []), (None, None, ["VAT_NULL"]), (MISSING, None, [])])
def test_vat_of_zero_is_not_unknown_vat(vat: object, percent: Decimal | None, codes: list[str]):
    read, found = component(vat=vat)
    assert (read.vat_percent, found) == (percent, codes)


@pytest.mark.parametrize(("step", "size"), [(0, 0), (300, 300), (MISSING, 0), (-1, 0)])
def test_without_a_step_size_nothing_is_stepped(step: object, size: int):
    assert component(step_size=step)[0].step_size == size


def test_all_restrictions():
    restrictions, codes = restricted(
        start_time="08:00",
        end_time="00:00",
        start_date="2026-06-01",
        end_date="2026-07-01",
        min_kwh=1,
        max_kwh=Decimal("20.5"),
        min_current=6,
        max_current=32,
        min_power=3,
        max_power=50,
        min_duration=60,
        max_duration=3600,
        day_of_week=["MONDAY", "SUNDAY"],
        reservation="RESERVATION",
    )
    assert codes == []
    assert restrictions == Restrictions(
        start_time=time(8),
        end_time=time(0),
        start_date=date(2026, 6, 1),
        end_date=date(2026, 7, 1),
        min_kwh=Decimal(1),
        max_kwh=Decimal("20.5"),
        min_current=Decimal(6),
        max_current=Decimal(32),
        min_power=Decimal(3),
        max_power=Decimal(50),
        min_duration=60,
        max_duration=3600,
        weekdays=frozenset({1, 7}),
        reservation=ReservationRestriction.RESERVATION,
    )


@pytest.mark.parametrize(
    ("text", "read", "codes"),
    [
        ("23:59", time(23, 59), []),
        ("24:00", time(0), ["TIME_FORM"]),
        ("8:30", time(8, 30), ["TIME_FORM"]),
        ("17:00:00", time(17), ["TIME_FORM", "TOO_LONG"]),
    ],
)
def test_times_of_day(text: str, read: time, codes: list[str]):
    restrictions, found = restricted(end_time=text)
    assert restrictions is not None
    assert (restrictions.end_time, sorted(found)) == (read, codes)


@pytest.mark.parametrize(
    ("restriction", "field"),
    [
        ({"start_time": "25:00"}, "/elements/*/restrictions/start_time"),
        ({"end_time": "noon"}, "/elements/*/restrictions/end_time"),
        ({"start_date": "2026-02-30"}, "/elements/*/restrictions/start_date"),
        ({"end_date": "2026-06-01T00:00:00Z"}, "/elements/*/restrictions/end_date"),
        ({"day_of_week": ["HOLIDAY"]}, "/elements/*/restrictions/day_of_week/*"),
        ({"reservation": "MAYBE"}, "/elements/*/restrictions/reservation"),
        ({"booking": "BOOKING"}, "/elements/*/restrictions/booking"),
    ],
)
def test_a_condition_that_we_cannot_calculate_refuses_the_tariff(restriction: dict[str, Any], field: str):
    with pytest.raises(Refused) as refusal:
        restricted(**restriction)
    assert refusal.value.field == field


def test_a_component_that_we_cannot_price_refuses_the_tariff():
    with pytest.raises(Refused) as refusal:
        component(type="SESSION_FEE")
    assert refusal.value.field == "/elements/*/price_components/*/type"


def test_no_elements_is_no_price_which_is_not_free():
    tariff, codes = mapped(elements=[])
    assert (tariff.elements, codes) == ((), ["EMPTY_LIST"])


def test_limits_validity_kind_and_text():
    tariff, codes = mapped(
        min_price={"excl_vat": Decimal("0.50"), "incl_vat": Decimal("0.605")},
        max_price={"excl_vat": 10},
        start_date_time="2026-01-01T00:00:00Z",
        end_date_time="2027-01-01T00:00:00Z",
        type="AD_HOC_PAYMENT",
        tariff_alt_text=[{"language": "nl", "text": "Twee"}, {"language": "en", "text": "Two"}],
    )
    assert tariff.min_price == PriceLimit(Decimal("0.50"), Decimal("0.605"))
    assert tariff.max_price == PriceLimit(Decimal(10), None)
    assert (tariff.valid_from, tariff.valid_to) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert (tariff.type, tariff.text, codes) == ("AD_HOC_PAYMENT", "Two", [])


@pytest.mark.parametrize("currency", ["EURO", "XYZ", "", None, 978])
def test_an_unknown_currency_refuses_the_tariff(currency: object):
    with pytest.raises(Refused) as refusal:
        mapped(currency=currency)
    assert refusal.value.field == "/currency"


def test_a_tariff_without_update_time_is_older_than_any_other():
    tariff, codes = mapped(last_updated=MISSING)
    assert (tariff.last_updated, codes) == (datetime(1970, 1, 1, tzinfo=UTC), ["MISSING_FIELD"])
