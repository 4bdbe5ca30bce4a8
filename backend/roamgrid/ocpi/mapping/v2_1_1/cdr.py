"""CDR: both ways (OCPI 2.1.1, CDRs module). It names no session, knows no credit, and has one total."""

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.mapping.v2_1_1.money import amount, write_amount
from roamgrid.ocpi.mapping.v2_1_1.periods import periods, write_periods
from roamgrid.ocpi.mapping.v2_1_1.place import cdr_place
from roamgrid.ocpi.mapping.v2_1_1.session import ASKED, AUTH_METHODS
from roamgrid.ocpi.mapping.v2_1_1.tariff import tariff
from roamgrid.ocpi.mapping.v2_1_1.token import token_ref, write_token_ref
from roamgrid.ocpi.mapping.v2_1_1.unsaid import nearest, unsaid
from roamgrid.ocpi.mapping.v2_1_1.write_place import write_cdr_place
from roamgrid.ocpi.mapping.v2_1_1.write_tariff import write_tariff
from roamgrid.ocpi.mapping.v2_2_1.cdr import embedded_tariffs
from roamgrid.ocpi.mapping.v2_2_1.money import currency_of
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.mapping.v2_2_1.quantity import plain
from roamgrid.ocpi.mapping.v2_2_1.write_cdr import write_embedded_tariffs
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_1_1 import cdr as wire


def cdr(read: wire.Cdr, owner: PartyId, dialect: Dialect, found: Found) -> Cdr:
    """Raises `Refused` when the claim cannot be understood. An embedded tariff that cannot be is left out."""
    return Cdr(
        party=owner,
        id=read.id,
        start=read.start_date_time,
        end=read.stop_date_time,
        session_id=None,
        token=token_ref(read.auth_id),
        auth_method=read.auth_method,
        authorization_reference=None,
        place=cdr_place(read.location, found),
        currency=currency_of(read.currency),
        tariffs=embedded_tariffs(read.tariffs, found, lambda item, found: tariff(item, owner, found)),
        periods=periods(read.charging_periods, dialect),
        total_cost=amount(read.total_cost),
        total_energy=dialect.energy_unit.kwh(read.total_energy),
        total_time=read.total_time,
        total_parking_time=read.total_parking_time,
        credit=False,
        credit_reference_id=None,
        home_charging_compensation=False,
        last_updated=read.last_updated or read.stop_date_time,
        meter_id=read.meter_id,
        remark=read.remark,
    )


def write_cdr(value: Cdr, ways: Ways, losses: Losses) -> Document:
    """The claim with its net total. That it is a credit is among the losses: 2.1.1 leaves corrections to the contract."""
    _name_unsaid(value, losses)
    last_updated = write_moment(value.last_updated)
    document = present(
        id=value.id,
        start_date_time=write_moment(value.start),
        stop_date_time=write_moment(value.end),
        auth_id=write_token_ref(value.token, losses),
        auth_method=nearest(value.auth_method, AUTH_METHODS, ASKED, "/auth_method", losses),
        location=write_cdr_place(value.place, last_updated, losses),
        meter_id=value.meter_id,
        currency=value.currency,
        tariffs=write_embedded_tariffs(value.tariffs, ways, losses, write_tariff),
        total_cost=write_amount(value.total_cost, "/total_cost", losses),
        total_energy=plain(ways.dialect.energy_unit.of_kwh(value.total_energy)),
        total_time=value.total_time,
        total_parking_time=value.total_parking_time,
        remark=value.remark,
        last_updated=last_updated,
    )
    return document | {"charging_periods": write_periods(value.periods, ways.dialect, losses)}


def _name_unsaid(value: Cdr, losses: Losses) -> None:
    parts = {
        "/total_fixed_cost": value.total_fixed_cost,
        "/total_energy_cost": value.total_energy_cost,
        "/total_time_cost": value.total_time_cost,
        "/total_parking_cost": value.total_parking_cost,
        "/total_reservation_cost": value.total_reservation_cost,
    }
    unsaid(
        {
            "/session_id": value.session_id,
            "/tariffs/*/party_id": ", ".join(str(item.party) for item in value.tariffs if item.party != value.party),
            "/authorization_reference": value.authorization_reference,
            "/credit": value.credit,
            "/credit_reference_id": value.credit_reference_id,
            "/home_charging_compensation": value.home_charging_compensation,
            "/invoice_reference_id": value.invoice_reference_id,
            **{path: part.net if part else None for path, part in parts.items()},
        },
        losses,
    )
