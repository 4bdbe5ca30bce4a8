"""Tariff: wire to canonical (OCPI 2.2.1, Tariffs module). Prices of 2.2.1 are without VAT."""

from collections.abc import Callable
from typing import TypeVar

from roamgrid.canonical.party import PartyId
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
from roamgrid.ocpi.mapping.instants import NEVER
from roamgrid.ocpi.mapping.v2_2_1.local_time import read_date, read_time
from roamgrid.ocpi.mapping.v2_2_1.money import currency_of, limit
from roamgrid.ocpi.mapping.v2_2_1.texts import one_of
from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_2_1 import tariff as wire

L = TypeVar("L", bound=WireObject)

_DIMENSIONS = {dimension.value: dimension for dimension in Dimension}
_RESERVATIONS = {restriction.value: restriction for restriction in ReservationRestriction}
_WEEKDAYS = {"MONDAY": 1, "TUESDAY": 2, "WEDNESDAY": 3, "THURSDAY": 4, "FRIDAY": 5, "SATURDAY": 6, "SUNDAY": 7}
_COMPONENT = "/elements/*/price_components/*"
_RESTRICTION = "/elements/*/restrictions"


def tariff(read: wire.Tariff, found: Found) -> Tariff:
    """Raises `Refused` when a price or a condition is not one that we can calculate."""
    return tariff_of(read, found, TaxIncluded.NO, limit)


def tariff_of(read: wire.TariffOf[L], found: Found, tax_included: TaxIncluded, limit: Callable[[L], PriceLimit]) -> Tariff:
    """A tariff of any version that is built alike; `limit` reads what the version calls a floor or a ceiling."""
    return Tariff(
        party=PartyId.of(read.country_code, read.party_id),
        id=read.id,
        currency=currency_of(read.currency),
        elements=tuple([_element(element, found) for element in read.elements]),
        tax_included=tax_included,
        min_price=limit(read.min_price) if read.min_price else None,
        max_price=limit(read.max_price) if read.max_price else None,
        type=read.type,
        valid_from=read.start_date_time,
        valid_to=read.end_date_time,
        text=one_of(read.tariff_alt_text),
        last_updated=read.last_updated or NEVER,
    )


def _element(read: wire.TariffElement, found: Found) -> TariffElement:
    components = tuple([_component(component) for component in read.price_components])
    return TariffElement(components, _restrictions(read.restrictions, found) if read.restrictions else None)


def _component(read: wire.PriceComponent) -> PriceComponent:
    dimension = _DIMENSIONS.get(read.type)
    if dimension is None:
        raise Refused(f"{_COMPONENT}/type", f"is {read.type[:40]!r}, nothing that is priced")
    return PriceComponent(dimension, read.price, read.vat, max(read.step_size, 0))


def _restrictions(read: wire.TariffRestrictions, found: Found) -> Restrictions:
    return Restrictions(
        start_time=read_time(read.start_time, f"{_RESTRICTION}/start_time", found),
        end_time=read_time(read.end_time, f"{_RESTRICTION}/end_time", found),
        start_date=read_date(read.start_date, f"{_RESTRICTION}/start_date"),
        end_date=read_date(read.end_date, f"{_RESTRICTION}/end_date"),
        min_kwh=read.min_kwh,
        max_kwh=read.max_kwh,
        min_current=read.min_current,
        max_current=read.max_current,
        min_power=read.min_power,
        max_power=read.max_power,
        min_duration=read.min_duration,
        max_duration=read.max_duration,
        weekdays=frozenset([_weekday(name) for name in read.day_of_week]),
        reservation=_reservation(read.reservation),
    )


def _weekday(name: str) -> int:
    if name not in _WEEKDAYS:
        raise Refused(f"{_RESTRICTION}/day_of_week/*", f"is {name[:40]!r}, no day of the week")
    return _WEEKDAYS[name]


def _reservation(name: str | None) -> ReservationRestriction | None:
    if name is None:
        return None
    if name not in _RESERVATIONS:
        raise Refused(f"{_RESTRICTION}/reservation", f"is {name[:40]!r}, nothing that we know")
    return _RESERVATIONS[name]
