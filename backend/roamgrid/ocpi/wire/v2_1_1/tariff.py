"""Tariff (OCPI 2.1.1, Tariffs module, Object description). What prices depend on is exact: unread means refused."""

from typing import Annotated, ClassVar

from roamgrid.ocpi.wire.common.declare import EXACT, PLUS, DateTime, Int, Num, OrElse, Text, Url, WireObject
from roamgrid.ocpi.wire.v2_1_1.types import EnergyMix, Id36
from roamgrid.ocpi.wire.v2_2_1.enums import DayOfWeek, TariffDimensionType
from roamgrid.ocpi.wire.v2_2_1.tariff import LocalDate, TimeOfDay
from roamgrid.ocpi.wire.v2_2_1.types import DisplayText


class PriceComponent(WireObject, frozen=True):
    """A unit price without VAT. `step_size` in Wh or seconds; 0 stands for a missing one: no stepping."""

    type: TariffDimensionType
    price: Num
    step_size: Annotated[Int, EXACT, OrElse(0)]


class TariffRestrictions(WireObject, frozen=True):
    """When an element applies. An unknown restriction would be a price offered where it does not hold: refused."""

    refuse_unknown: ClassVar[bool] = True

    start_time: Annotated[TimeOfDay | None, EXACT] = None
    end_time: Annotated[TimeOfDay | None, EXACT] = None
    start_date: Annotated[LocalDate | None, EXACT] = None
    end_date: Annotated[LocalDate | None, EXACT] = None
    min_kwh: Annotated[Num | None, EXACT] = None
    max_kwh: Annotated[Num | None, EXACT] = None
    min_power: Annotated[Num | None, EXACT] = None
    max_power: Annotated[Num | None, EXACT] = None
    min_duration: Annotated[Int | None, EXACT] = None
    max_duration: Annotated[Int | None, EXACT] = None
    day_of_week: Annotated[tuple[DayOfWeek, ...], EXACT] = ()


class TariffElement(WireObject, frozen=True):
    """Components under common restrictions."""

    price_components: Annotated[tuple[PriceComponent, ...], EXACT, PLUS]
    restrictions: Annotated[TariffRestrictions | None, EXACT] = None


class Tariff(WireObject, frozen=True):
    """An empty `elements` list is read: the price is unknown then, not free."""

    id: Id36
    currency: Annotated[str, Text(3)]
    elements: Annotated[tuple[TariffElement, ...], EXACT, PLUS]
    last_updated: Annotated[DateTime | None, OrElse(None)]
    tariff_alt_text: tuple[DisplayText, ...] = ()
    tariff_alt_url: Url | None = None
    energy_mix: EnergyMix | None = None
