"""CDR: wire to canonical (OCPI 2.2.1, CDRs module)."""

from roamgrid.canonical.cdr import Cdr, CdrPlace
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount
from roamgrid.canonical.tariff import Tariff
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.mapping.geography import alpha3
from roamgrid.ocpi.mapping.v2_2_1.money import currency_of
from roamgrid.ocpi.mapping.v2_2_1.session import periods
from roamgrid.ocpi.mapping.v2_2_1.tariff import tariff
from roamgrid.ocpi.mapping.v2_2_1.token import token_ref
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_2_1 import cdr as wire
from roamgrid.ocpi.wire.v2_2_1.tariff import Tariff as WireTariff

_EVSE_ID_ABSENT = frozenset({"#NA", ""})


def cdr(read: wire.Cdr, dialect: Dialect, found: Found) -> Cdr:
    """Raises `Refused` when the claim cannot be understood. An embedded tariff that cannot be is left out."""
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
        tariffs=_tariffs(read.tariffs, found),
        periods=periods(read.charging_periods, dialect),
        total_cost=Amount(read.total_cost.excl_vat, read.total_cost.incl_vat),
        total_energy=dialect.energy_unit.kwh(read.total_energy),
        total_time=read.total_time,
        total_parking_time=read.total_parking_time,
        credit=bool(read.credit),
        credit_reference_id=read.credit_reference_id,
        home_charging_compensation=bool(read.home_charging_compensation),
        last_updated=read.last_updated or read.end_date_time,
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
    )


def _tariffs(read: tuple[WireTariff, ...], found: Found) -> tuple[Tariff, ...]:
    mapped = []
    for item in read:
        try:
            mapped.append(tariff(item, found))
        except Refused as problem:
            found.append(Deviation(Code.UNREADABLE, f"/tariffs/*{problem.field}", problem.reason))
    return tuple(mapped)
