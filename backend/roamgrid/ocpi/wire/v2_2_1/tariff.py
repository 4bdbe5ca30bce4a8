"""Tariff (OCPI 2.2.1, Tariffs module, Object description). What prices depend on is exact: unread means refused."""

from typing import Annotated, ClassVar, Generic, TypeVar

from roamgrid.ocpi.wire.common.declare import (
    EXACT,
    PLUS,
    CountryCode,
    DateTime,
    Id36,
    Int,
    NullCode,
    Num,
    OrElse,
    PartyCode,
    Text,
    Url,
    WireObject,
)
from roamgrid.ocpi.wire.v2_2_1.enums import (
    DayOfWeek,
    ReservationRestrictionType,
    TariffDimensionType,
    TariffType,
)
from roamgrid.ocpi.wire.v2_2_1.types import DisplayText, EnergyMix, Price

L = TypeVar("L", bound=WireObject)

TimeOfDay = Annotated[str, Text(5)]
LocalDate = Annotated[str, Text(10)]


class PriceComponent(WireObject, frozen=True):
    """A unit price without VAT. `step_size` in Wh or seconds; 0 stands for a missing one: no stepping."""

    type: TariffDimensionType
    price: Num
    step_size: Annotated[Int, EXACT, OrElse(0)]
    vat: Annotated[Num | None, EXACT, NullCode("VAT_NULL")] = None


class TariffRestrictions(WireObject, frozen=True):
    """When an element applies. An unknown restriction would be a price offered where it does not hold: refused."""

    refuse_unknown: ClassVar[bool] = True

    start_time: Annotated[TimeOfDay | None, EXACT] = None
    end_time: Annotated[TimeOfDay | None, EXACT] = None
    start_date: Annotated[LocalDate | None, EXACT] = None
    end_date: Annotated[LocalDate | None, EXACT] = None
    min_kwh: Annotated[Num | None, EXACT] = None
    max_kwh: Annotated[Num | None, EXACT] = None
    min_current: Annotated[Num | None, EXACT] = None
    max_current: Annotated[Num | None, EXACT] = None
    min_power: Annotated[Num | None, EXACT] = None
    max_power: Annotated[Num | None, EXACT] = None
    min_duration: Annotated[Int | None, EXACT] = None
    max_duration: Annotated[Int | None, EXACT] = None
    day_of_week: Annotated[tuple[DayOfWeek, ...], EXACT] = ()
    reservation: Annotated[ReservationRestrictionType | None, EXACT] = None


class TariffElement(WireObject, frozen=True):
    """Components under common restrictions."""

    price_components: Annotated[tuple[PriceComponent, ...], EXACT, PLUS]
    restrictions: Annotated[TariffRestrictions | None, EXACT] = None


class TariffOf(WireObject, Generic[L], frozen=True):
    """An empty `elements` list is read: the price is unknown then, not free. `L`: how a version states floor and ceiling."""

    country_code: CountryCode
    party_id: PartyCode
    id: Id36
    currency: Annotated[str, Text(3)]
    elements: Annotated[tuple[TariffElement, ...], EXACT, PLUS]
    last_updated: Annotated[DateTime | None, OrElse(None)]
    type: TariffType | None = None
    tariff_alt_text: tuple[DisplayText, ...] = ()
    tariff_alt_url: Url | None = None
    min_price: Annotated[L | None, EXACT] = None
    max_price: Annotated[L | None, EXACT] = None
    start_date_time: Annotated[DateTime | None, EXACT] = None
    end_date_time: Annotated[DateTime | None, EXACT] = None
    energy_mix: EnergyMix | None = None


class Tariff(TariffOf[Price], frozen=True):
    """With the limits of 2.2.1; its prices are without VAT."""
