"""Prices on their way to a driver's eyes: what is offered, and what is displayed of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from roamgrid.canonical.money import CurrencyCode


class PriceDimension(StrEnum):
    """What is paid for. TIME: while charging. PARKING_TIME: occupancy, plugged in without charging."""

    ENERGY = "ENERGY"
    TIME = "TIME"
    PARKING_TIME = "PARKING_TIME"
    FLAT = "FLAT"
    RESERVATION_TIME = "RESERVATION_TIME"
    RESERVATION_FLAT = "RESERVATION_FLAT"
    MIN_PRICE = "MIN_PRICE"
    MAX_PRICE = "MAX_PRICE"
    SUBSCRIPTION = "SUBSCRIPTION"


TIMED = frozenset({PriceDimension.TIME, PriceDimension.PARKING_TIME, PriceDimension.RESERVATION_TIME})


class Unit(StrEnum):
    """What an amount is for one of."""

    KWH = "kWh"
    HOUR = "h"
    MINUTE = "min"
    SESSION = "session"
    MONTH = "month"


class Basis(StrEnum):
    """What a price contains: NET no tax, GROSS the tax of its rate, NO_TAX none because none is due."""

    NET = "NET"
    GROSS = "GROSS"
    NO_TAX = "NO_TAX"


class Origin(StrEnum):
    """Whose price it is: the charge point operator's, the brand's own fee, or the brand's roaming cost."""

    CPO = "CPO"
    MSP_FEE = "MSP_FEE"
    MSP_EROAMING = "MSP_EROAMING"


class UnknownReason(StrEnum):
    """Why nobody can say what a charge costs."""

    NO_TARIFF = "NO_TARIFF"
    NO_ELEMENTS = "NO_ELEMENTS"
    NOTHING_APPLIES = "NOTHING_APPLIES"
    NOT_VALID = "NOT_VALID"


@dataclass(frozen=True, slots=True)
class PriceUnknown:
    """The price is not known. It is shown as such: never as 0, never as free."""

    reason: UnknownReason


@dataclass(frozen=True, slots=True)
class Condition:
    """When a price applies; all parts together, None: no such limit. Bounds: minima inclusive, maxima exclusive.

    `starts`, `until`: instants (UTC) at which a clock switches the price. The rest follows the session: energy (kWh)
    and time (seconds) since plugging in, momentary power (kW) and current (A). `reservation_expired`: due when the
    driver never came.
    """

    starts: datetime | None = None
    until: datetime | None = None
    min_kwh: Decimal | None = None
    max_kwh: Decimal | None = None
    min_seconds: int | None = None
    max_seconds: int | None = None
    min_power_kw: Decimal | None = None
    max_power_kw: Decimal | None = None
    min_current_a: Decimal | None = None
    max_current_a: Decimal | None = None
    reservation_expired: bool = False


ALWAYS = Condition()


@dataclass(frozen=True, slots=True)
class OfferedComponent:
    """A unit price as it was agreed: per kWh, per hour (timed dimensions), per session or per month.

    `tax_percent` None: not stated, which is not 0. `at_start`: applies when a charge starts now; others come later.
    """

    dimension: PriceDimension
    price: Decimal
    tax_percent: Decimal | None
    origin: Origin = Origin.CPO
    basis: Basis = Basis.NET
    condition: Condition = ALWAYS
    at_start: bool = True


@dataclass(frozen=True, slots=True)
class DisplayComponent:
    """One line of a price display, in order. `source`: the offered component it shows.

    `amount` is per `unit`, with tax where `tax_included`; not `exact` means that it has no finite decimal form and was
    rounded to four decimals. `label` names the component, `text` is the whole line in the reader's language.
    """

    source: OfferedComponent
    unit: Unit
    amount: Decimal
    currency: CurrencyCode
    tax_percent: Decimal | None
    tax_included: bool
    exact: bool
    label: str = ""
    text: str = ""

    @property
    def dimension(self) -> PriceDimension:
        """What is paid for."""
        return self.source.dimension

    @property
    def origin(self) -> Origin:
        """Whose price it is."""
        return self.source.origin

    @property
    def condition(self) -> Condition:
        """When it applies."""
        return self.source.condition
