"""CDR: wire to canonical (OCPI 2.2.1, CDRs module)."""

from collections.abc import Callable
from typing import TypeVar

from roamgrid.canonical.cdr import Cdr, CdrPlace
from roamgrid.canonical.location import Coordinates
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount
from roamgrid.canonical.tariff import Tariff
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.mapping.geography import alpha3
from roamgrid.ocpi.mapping.places import coordinates_of
from roamgrid.ocpi.mapping.v2_2_1.money import currency_of
from roamgrid.ocpi.mapping.v2_2_1.session import periods
from roamgrid.ocpi.mapping.v2_2_1.token import token_ref
from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_2_1 import cdr as wire
from roamgrid.ocpi.wire.v2_2_1.types import GeoLocation

P = TypeVar("P", bound=WireObject)
T = TypeVar("T", bound=WireObject)

_EVSE_ID_ABSENT = frozenset({"#NA", ""})


def cdr(
    read: wire.CdrOf[P, T],
    dialect: Dialect,
    found: Found,
    amount: Callable[[P], Amount],
    tariff: Callable[[T, Found], Tariff],
) -> Cdr:
    """`amount` and `tariff` read what the version calls so.

    Raises `Refused` when the claim cannot be understood. An embedded tariff that cannot be is left out.
    """
    return Cdr(
        party=PartyId.of(read.country_code, read.party_id),
        id=read.id,
        start=read.start_date_time,
        end=read.end_date_time,
        session_id=read.session_id,
        token=token_ref(read.cdr_token),
        auth_method=read.auth_method,
        authorization_reference=read.authorization_reference,
        place=_place(read.cdr_location, found),
        currency=currency_of(read.currency),
        tariffs=embedded_tariffs(read.tariffs, found, tariff),
        periods=periods(read.charging_periods, dialect),
        total_cost=amount(read.total_cost),
        total_energy=dialect.energy_unit.kwh(read.total_energy),
        total_time=read.total_time,
        total_parking_time=read.total_parking_time,
        credit=bool(read.credit),
        credit_reference_id=read.credit_reference_id,
        home_charging_compensation=bool(read.home_charging_compensation),
        last_updated=read.last_updated or read.end_date_time,
        total_fixed_cost=amount(read.total_fixed_cost) if read.total_fixed_cost else None,
        total_energy_cost=amount(read.total_energy_cost) if read.total_energy_cost else None,
        total_time_cost=amount(read.total_time_cost) if read.total_time_cost else None,
        total_parking_cost=amount(read.total_parking_cost) if read.total_parking_cost else None,
        total_reservation_cost=amount(read.total_reservation_cost) if read.total_reservation_cost else None,
        invoice_reference_id=read.invoice_reference_id,
        meter_id=read.meter_id,
        remark=read.remark,
    )


def _place(read: wire.CdrLocation, found: Found) -> CdrPlace:
    country = alpha3(read.country)
    if country != read.country:
        found.append(Deviation(Code.COUNTRY_FORM, "/cdr_location/country", read.country[:20]))
    return CdrPlace(
        location_id=read.id,
        evse_uid=read.evse_uid,
        evse_id=None if (read.evse_id or "") in _EVSE_ID_ABSENT else read.evse_id,
        connector_id=read.connector_id,
        country=country or read.country,
        address=read.address,
        city=read.city,
        name=read.name,
        postal_code=read.postal_code,
        coordinates=_coordinates(read.coordinates, found),
        connector_standard=_known(read.connector_standard),
        connector_format=_known(read.connector_format),
        connector_power_type=_known(read.connector_power_type),
    )


def _coordinates(read: GeoLocation | None, found: Found) -> Coordinates | None:
    """No claim depends on them: unreadable ones are left out."""
    try:
        return None if read is None else coordinates_of(read.latitude, read.longitude)
    except Refused as problem:
        found.append(Deviation(Code.UNREADABLE, f"/cdr_location{problem.field}", problem.reason))
        return None


def _known(text: str) -> str | None:
    return None if text == wire.UNKNOWN else text


def embedded_tariffs(read: tuple[T, ...], found: Found, tariff: Callable[[T, Found], Tariff]) -> tuple[Tariff, ...]:
    """Those that can be understood; the others are settlement's finding."""
    mapped = []
    for item in read:
        try:
            mapped.append(tariff(item, found))
        except Refused as problem:
            found.append(Deviation(Code.UNREADABLE, f"/tariffs/*{problem.field}", problem.reason))
    return tuple(mapped)
