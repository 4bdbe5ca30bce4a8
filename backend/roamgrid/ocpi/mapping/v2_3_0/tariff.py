"""Tariff: which side of tax its prices are on, and what bookings cost (OCPI 2.3.0, Tariffs module; Bookings 1.1, Tariffs)."""

from dataclasses import replace

from roamgrid.canonical.tariff import BookingRestriction, Restrictions, Tariff, TariffElement, TaxIncluded
from roamgrid.ocpi.mapping.v2_2_1.tariff import tariff_of
from roamgrid.ocpi.mapping.v2_2_1.write_tariff import write_tariff_of
from roamgrid.ocpi.mapping.v2_3_0.money import limit, write_limit
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_3_0 import tariff as wire

_TAX_INCLUDED = {included.value: included for included in TaxIncluded}
_BOOKINGS = {restriction.value: restriction for restriction in BookingRestriction}
_CONDITIONS = "/elements/*/restrictions"


def tariff(read: wire.Tariff, found: Found) -> Tariff:
    """Raises `Refused` when a price or a condition is not one that we can calculate.

    A condition that we do not know is no reason to refuse in 2.3.0, and none to offer a price where it does not hold: such a
    tariff has no elements, which means that its price is unknown.
    """
    if read.tax_included not in _TAX_INCLUDED:
        raise Refused("/tax_included", f"is {read.tax_included[:40]!r}, nothing that we know")
    value = tariff_of(read, found, _TAX_INCLUDED[read.tax_included], limit)
    if _unknown_condition(found):
        found.append(Deviation(Code.UNREADABLE, "/elements", "an unknown condition: the price is unknown"))
        return replace(value, elements=())
    return replace(value, elements=tuple([_booked(*pair) for pair in zip(value.elements, read.elements, strict=True)]))


def write_tariff(value: Tariff, ways: Ways, losses: Losses) -> Document:
    """Prices on the side of tax that they are on."""
    document = write_tariff_of(value, write_limit) | {"tax_included": value.tax_included.value}
    for written, element in zip(document["elements"], value.elements, strict=True):
        if element.restrictions is not None and element.restrictions.booking is not None:
            written["restrictions"]["booking"] = element.restrictions.booking.value
    return document


def _unknown_condition(found: Found) -> bool:
    """Also of another tariff in the same CDR, which is rare enough not to tell them apart."""
    return any(item.code is Code.UNKNOWN_FIELD and item.field.endswith(f"{_CONDITIONS}/*") for item in found)


def _booked(element: TariffElement, read: wire.TariffElement) -> TariffElement:
    name = read.restrictions.booking if read.restrictions else None
    if name is None:
        return element
    if name not in _BOOKINGS:
        raise Refused(f"{_CONDITIONS}/booking", f"is {name[:40]!r}, nothing that we know")
    return replace(element, restrictions=replace(element.restrictions or Restrictions(), booking=_BOOKINGS[name]))
