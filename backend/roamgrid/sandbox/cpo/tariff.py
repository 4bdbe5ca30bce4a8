"""A tariff as this operator applies it: parsed once, asked which component counts when (OCPI 2.2.1 mod_tariffs)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["FLAT", "ENERGY", "TIME", "PARKING_TIME"]
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_RANGES = ("kwh", "current", "power", "duration")


@dataclass(frozen=True, slots=True)
class Moment:
    """What restrictions look at: local time, energy so far (kWh), power (kW), current (A), seconds since the start."""

    local: datetime
    kwh: Decimal
    power: Decimal
    current: Decimal
    duration: Decimal


@dataclass(frozen=True, slots=True)
class Component:
    """A price per kWh, per hour or per session; `vat` in percent, None where the tariff names none."""

    kind: Kind
    price: Decimal
    vat: Decimal | None
    step_size: int


@dataclass(frozen=True, slots=True)
class Restrictions:
    """All conditions must hold. Ranges include their minimum and exclude their maximum."""

    start_time: time | None
    end_time: time | None
    start_date: date | None
    end_date: date | None
    days: frozenset[int]
    ranges: tuple[tuple[str, Decimal | None, Decimal | None], ...]
    reservation: bool

    def hold(self, at: Moment) -> bool:
        return (
            not self.reservation
            and self._day_matches(at.local.date())
            and self._clock_matches(at.local.time())
            and all(
                (low is None or value >= low) and (high is None or value < high)
                for name, low, high in self.ranges
                for value in (getattr(at, name),)
            )
        )

    def _day_matches(self, day: date) -> bool:
        return (
            (self.start_date is None or day >= self.start_date)
            and (self.end_date is None or day < self.end_date)
            and (not self.days or day.weekday() in self.days)
        )

    def _clock_matches(self, clock: time) -> bool:
        """Start included, end excluded; a window whose end is not after its start runs past midnight."""
        start, end = self.start_time or time.min, self.end_time or time.min
        if start < end:
            return start <= clock < end
        return clock >= start or clock < end


@dataclass(frozen=True, slots=True)
class Element:
    components: tuple[Component, ...]
    restrictions: Restrictions | None


@dataclass(frozen=True, slots=True)
class Limit:
    """A minimum or maximum price of a whole session."""

    excl_vat: Decimal
    incl_vat: Decimal | None


@dataclass(frozen=True, slots=True)
class Tariff:
    """The elements of one OCPI tariff; the first match per kind of component counts."""

    currency: str
    elements: tuple[Element, ...]
    min_price: Limit | None
    max_price: Limit | None

    def at(self, moment: Moment) -> dict[Kind, Component]:
        """The component of each kind that counts at this moment; a kind that is missing costs nothing."""
        found: dict[Kind, Component] = {}
        for element in self.elements:
            if element.restrictions is None or element.restrictions.hold(moment):
                for component in element.components:
                    found.setdefault(component.kind, component)
        return found

    def edges(self, name: str) -> list[Decimal]:
        """The values of `kwh` or `duration` at which some restriction flips, ascending."""
        ranges = [item for element in self.elements if element.restrictions for item in element.restrictions.ranges]
        return sorted({edge for kind, low, high in ranges if kind == name for edge in (low, high) if edge})

    @property
    def depends_on_power(self) -> bool:
        return bool(self.edges("power") or self.edges("current"))


def parse_tariff(source: dict[str, Any]) -> Tariff:
    """From the OCPI object. Raises KeyError or ValueError where a required field is missing or senseless."""
    return Tariff(
        currency=source["currency"],
        elements=tuple(_element(item) for item in source["elements"]),
        min_price=_limit(source.get("min_price")),
        max_price=_limit(source.get("max_price")),
    )


def _element(source: dict[str, Any]) -> Element:
    restrictions = source.get("restrictions")
    return Element(
        components=tuple(_component(item) for item in source["price_components"]),
        restrictions=_restrictions(restrictions) if restrictions else None,
    )


def _component(source: dict[str, Any]) -> Component:
    vat = source.get("vat")
    return Component(
        kind=source["type"],
        price=Decimal(source["price"]),
        vat=None if vat is None else Decimal(vat),
        step_size=source.get("step_size") or 0,
    )


def _restrictions(source: dict[str, Any]) -> Restrictions:
    start, end = source.get("start_date"), source.get("end_date")
    ranges = ((name, _decimal(source.get(f"min_{name}")), _decimal(source.get(f"max_{name}"))) for name in _RANGES)
    return Restrictions(
        start_time=_clock(source.get("start_time")),
        end_time=_clock(source.get("end_time")),
        start_date=date.fromisoformat(start) if start else None,
        end_date=date.fromisoformat(end) if end else None,
        days=frozenset(_DAYS.index(day) for day in source.get("day_of_week") or []),
        ranges=tuple(item for item in ranges if item[1] is not None or item[2] is not None),
        reservation=bool(source.get("reservation")),
    )


def _clock(text: str | None) -> time | None:
    """`24:00` is written by some operators for the end of the day."""
    return time.fromisoformat("00:00" if text == "24:00" else text) if text else None


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _limit(source: dict[str, Any] | None) -> Limit | None:
    if not source:
        return None
    return Limit(Decimal(source["excl_vat"]), _decimal(source.get("incl_vat")))
