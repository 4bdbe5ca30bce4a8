"""Reads a pricing case: the tariff and the CDR of any OCPI version as canonical values, and what is expected.

A small reader for tests only; what partners send goes through the OCPI room.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from roamgrid.canonical.money import currency
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import ChargingPeriod, Volume
from roamgrid.canonical.tariff import (
    Dimension,
    PriceComponent,
    PriceLimit,
    ReservationRestriction,
    Restrictions,
    Tariff,
    TariffElement,
    TaxIncluded,
)
from roamgrid.kernel import json
from roamgrid.pricing import MissingVat, PricingPolicy, Usage

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


@dataclass(frozen=True)
class Case:
    """One case with its expectation, still as decimal strings."""

    name: str
    tariff: Tariff
    usage: Usage
    policy: PricingPolicy
    expected: dict[str, Any]
    features: frozenset[str]


def cases_in(folder: Path) -> Iterator[Case]:
    """Every case of the folder: `public/*.json`, then `generated.jsonl`."""
    for file in sorted(folder.glob("public/*.json")):
        yield read_case(json.loads(file.read_bytes()))
    for line in (folder / "generated.jsonl").read_bytes().splitlines():
        yield read_case(json.loads(line))


def read_case(case: dict[str, Any]) -> Case:
    """One case. A rate missing in 2.2.1 means that no VAT is due (its text); in the others it means unknown."""
    version = case["ocpi_version"]
    missing = MissingVat.NOT_APPLICABLE if version == "2.2.1" else MissingVat.UNKNOWN
    return Case(
        name=case["name"],
        tariff=read_tariff(case["tariff"] or case["cdr"]["tariffs"][0]),
        usage=_usage(case["cdr"], case["timezone"]),
        policy=PricingPolicy(missing_vat=missing),
        expected=case["expected"],
        features=frozenset(case["features"]),
    )


def read_tariff(wire: dict[str, Any]) -> Tariff:
    """A tariff object of 2.1.1, 2.2.1 or 2.3.0."""
    return Tariff(
        party=PartyId.of(wire.get("country_code", "NL"), wire.get("party_id", "TST")),
        id=wire["id"],
        currency=currency(wire["currency"]),
        elements=tuple(_element(element) for element in wire["elements"]),
        tax_included=TaxIncluded(wire.get("tax_included", "NO")),
        min_price=_limit(wire.get("min_price")),
        max_price=_limit(wire.get("max_price")),
        type=wire.get("type"),
        valid_from=None,
        valid_to=None,
        text=None,
        last_updated=datetime(2025, 1, 1, tzinfo=UTC),
    )


def _element(wire: dict[str, Any]) -> TariffElement:
    restrictions = wire.get("restrictions")
    return TariffElement(
        tuple(_component(component) for component in wire["price_components"]),
        _restrictions(restrictions) if restrictions else None,
    )


def _component(wire: dict[str, Any]) -> PriceComponent:
    return PriceComponent(Dimension(wire["type"]), Decimal(wire["price"]), _number(wire.get("vat")), int(wire["step_size"]))


def _restrictions(wire: dict[str, Any]) -> Restrictions:
    reservation = wire.get("reservation")
    return Restrictions(
        start_time=_time(wire.get("start_time")),
        end_time=_time(wire.get("end_time")),
        start_date=_date(wire.get("start_date")),
        end_date=_date(wire.get("end_date")),
        min_kwh=_number(wire.get("min_kwh")),
        max_kwh=_number(wire.get("max_kwh")),
        min_current=_number(wire.get("min_current")),
        max_current=_number(wire.get("max_current")),
        min_power=_number(wire.get("min_power")),
        max_power=_number(wire.get("max_power")),
        min_duration=wire.get("min_duration"),
        max_duration=wire.get("max_duration"),
        weekdays=frozenset(WEEKDAYS.index(day) + 1 for day in wire.get("day_of_week", ())),
        reservation=ReservationRestriction(reservation) if reservation else None,
    )


def _limit(wire: dict[str, Any] | None) -> PriceLimit | None:
    if wire is None:
        return None
    return PriceLimit(
        _number(wire.get("excl_vat", wire.get("before_taxes"))),
        _number(wire.get("incl_vat", wire.get("after_taxes"))),
    )


def _usage(cdr: dict[str, Any], time_zone: str) -> Usage:
    periods = tuple(_period(period) for period in cdr["charging_periods"])
    first = min(period.start for period in periods)
    start = _instant(cdr["start_date_time"]) if "start_date_time" in cdr else first
    end = cdr.get("end_date_time", cdr.get("stop_date_time"))
    return Usage(start, _instant(end) if end else max(p.start for p in periods), periods, time_zone)


def _period(wire: dict[str, Any]) -> ChargingPeriod:
    volumes = tuple(Volume(d["type"], Decimal(d["volume"])) for d in wire["dimensions"])
    return ChargingPeriod(_instant(wire["start_date_time"]), volumes)


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _time(value: str | None) -> time | None:
    return time.fromisoformat(value) if value else None


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)
