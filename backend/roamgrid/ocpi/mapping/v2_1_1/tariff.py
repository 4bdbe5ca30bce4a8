"""Tariff: wire to canonical (OCPI 2.1.1, Tariffs module). It is one of 2.2.1 that says less, and is read as such."""

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.tariff import Tariff
from roamgrid.ocpi.mapping.v2_2_1 import tariff as later
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_1_1 import tariff as wire
from roamgrid.ocpi.wire.v2_2_1 import tariff as later_wire


def tariff(read: wire.Tariff, owner: PartyId, found: Found) -> Tariff:
    """Prices are without VAT, whose rate stays unknown.

    Raises `Refused` when a price or a condition is not one that we can calculate.
    """
    return later.tariff(
        later_wire.Tariff(
            country_code=owner.country_code,
            party_id=owner.party_id,
            id=read.id,
            currency=read.currency,
            elements=tuple([_element(element) for element in read.elements]),
            last_updated=read.last_updated,
            tariff_alt_text=read.tariff_alt_text,
        ),
        found,
    )


def _element(read: wire.TariffElement) -> later_wire.TariffElement:
    components = tuple([later_wire.PriceComponent(item.type, item.price, item.step_size) for item in read.price_components])
    return later_wire.TariffElement(components, _restrictions(read.restrictions) if read.restrictions else None)


def _restrictions(read: wire.TariffRestrictions) -> later_wire.TariffRestrictions:
    return later_wire.TariffRestrictions(
        start_time=read.start_time,
        end_time=read.end_time,
        start_date=read.start_date,
        end_date=read.end_date,
        min_kwh=read.min_kwh,
        max_kwh=read.max_kwh,
        min_power=read.min_power,
        max_power=read.max_power,
        min_duration=read.min_duration,
        max_duration=read.max_duration,
        day_of_week=read.day_of_week,
    )
