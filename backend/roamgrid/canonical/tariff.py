"""Tariffs: what a charge costs, as elements that apply under restrictions."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import PartyId


class Dimension(StrEnum):
    """What a component prices. ENERGY per kWh, TIME and PARKING_TIME per hour, FLAT once."""

    ENERGY = "ENERGY"
    TIME = "TIME"
    PARKING_TIME = "PARKING_TIME"
    FLAT = "FLAT"


class TaxIncluded(StrEnum):
    """Whether prices contain tax: NO (excluded), YES (included), NA (no tax applies)."""

    NO = "NO"
    YES = "YES"
    NA = "N/A"


class ReservationRestriction(StrEnum):
    """Whether an element prices a used or an expired reservation."""

    RESERVATION = "RESERVATION"
    RESERVATION_EXPIRES = "RESERVATION_EXPIRES"


class BookingRestriction(StrEnum):
    """What of a booking an element prices; nothing of it is part of a charge's price."""

    BOOKING = "BOOKING"
    BOOKING_EXPIRES = "BOOKING_EXPIRES"
    BOOKING_CANCELLATION_FEES = "BOOKING_CANCELLATION_FEES"
    BOOKING_OVERTIME = "BOOKING_OVERTIME"


@dataclass(frozen=True, slots=True)
class PriceComponent:
    """A unit price. `vat_percent` None: not stated (never 0). `step_size`: Wh for ENERGY, seconds for times, 0 or 1 = exact."""

    dimension: Dimension
    price: Decimal
    vat_percent: Decimal | None
    step_size: int


@dataclass(frozen=True, slots=True)
class Restrictions:
    """When an element applies; all stated conditions together. Minima inclusive, maxima and ends exclusive, times local."""

    start_time: time | None = None
    end_time: time | None = None
    start_date: date | None = None
    end_date: date | None = None
    min_kwh: Decimal | None = None
    max_kwh: Decimal | None = None
    min_current: Decimal | None = None
    max_current: Decimal | None = None
    min_power: Decimal | None = None
    max_power: Decimal | None = None
    min_duration: int | None = None
    max_duration: int | None = None
    weekdays: frozenset[int] = frozenset()
    reservation: ReservationRestriction | None = None
    booking: BookingRestriction | None = None


@dataclass(frozen=True, slots=True)
class TariffElement:
    """Price components under common restrictions."""

    components: tuple[PriceComponent, ...]
    restrictions: Restrictions | None = None


@dataclass(frozen=True, slots=True)
class PriceLimit:
    """A floor or a ceiling for the whole session: net and gross bind independently."""

    net: Decimal | None
    gross: Decimal | None


@dataclass(frozen=True, slots=True)
class Tariff:
    """One version of a tariff. Weekdays are ISO numbers, Monday 1 to Sunday 7."""

    party: PartyId
    id: str
    currency: CurrencyCode
    elements: tuple[TariffElement, ...]
    tax_included: TaxIncluded
    min_price: PriceLimit | None
    max_price: PriceLimit | None
    type: str | None
    valid_from: datetime | None
    valid_to: datetime | None
    text: str | None
    last_updated: datetime
