"""CDR: canonical to wire (OCPI 2.2.1, CDRs module)."""

from collections.abc import Callable, Iterable

from roamgrid.canonical.cdr import Cdr, CdrPlace
from roamgrid.canonical.session import Amount
from roamgrid.canonical.tariff import Tariff
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.mapping.v2_2_1.quantity import plain
from roamgrid.ocpi.mapping.v2_2_1.token import write_token_ref
from roamgrid.ocpi.mapping.v2_2_1.write_location import write_coordinates
from roamgrid.ocpi.mapping.v2_2_1.write_session import WriteAmount, write_periods
from roamgrid.ocpi.speech import Document, Loss, Losses, Unsayable, Ways
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.v2_2_1.session import NOT_AVAILABLE

WriteTariff = Callable[[Tariff, Ways, Losses], Document]


def write_cdr(value: Cdr, ways: Ways, losses: Losses, amount: WriteAmount, tariff: WriteTariff) -> Document:
    """`amount` and `tariff` write what the version calls so. A tariff that it cannot say is left out and named."""

    def optional(name: str, cost: Amount | None) -> Document | None:
        return None if cost is None else amount(cost, f"/{name}", losses)

    return present(
        country_code=value.party.country_code,
        party_id=value.party.party_id,
        id=value.id,
        start_date_time=write_moment(value.start),
        end_date_time=write_moment(value.end),
        session_id=value.session_id,
        cdr_token=write_token_ref(value.token),
        auth_method=value.auth_method,
        authorization_reference=value.authorization_reference,
        cdr_location=_place(value.place, losses),
        meter_id=value.meter_id,
        currency=value.currency,
        tariffs=write_embedded_tariffs(value.tariffs, ways, losses, tariff),
        charging_periods=write_periods(value.periods, ways.dialect),
        total_cost=amount(value.total_cost, "/total_cost", losses),
        total_fixed_cost=optional("total_fixed_cost", value.total_fixed_cost),
        total_energy=plain(ways.dialect.energy_unit.of_kwh(value.total_energy)),
        total_energy_cost=optional("total_energy_cost", value.total_energy_cost),
        total_time=value.total_time,
        total_time_cost=optional("total_time_cost", value.total_time_cost),
        total_parking_time=value.total_parking_time,
        total_parking_cost=optional("total_parking_cost", value.total_parking_cost),
        total_reservation_cost=optional("total_reservation_cost", value.total_reservation_cost),
        remark=value.remark,
        invoice_reference_id=value.invoice_reference_id,
        credit=value.credit or None,
        credit_reference_id=value.credit_reference_id,
        home_charging_compensation=value.home_charging_compensation or None,
        last_updated=write_moment(value.last_updated),
    )


def _place(value: CdrPlace, losses: Losses) -> Document:
    """What the specification requires and nobody said stays absent: an invented socket is worse than none."""
    place = present(
        id=value.location_id,
        name=value.name,
        address=value.address,
        city=value.city,
        postal_code=value.postal_code,
        country=value.country,
        coordinates=None if value.coordinates is None else write_coordinates(value.coordinates, losses),
        evse_uid=value.evse_uid,
        evse_id=value.evse_id or NOT_AVAILABLE,
        connector_id=value.connector_id,
        connector_standard=value.connector_standard,
        connector_format=value.connector_format,
        connector_power_type=value.connector_power_type,
    )
    required = ("coordinates", "connector_standard", "connector_format", "connector_power_type")
    losses += [Loss(f"/cdr_location/{name}", "") for name in required if name not in place]
    return place


def write_embedded_tariffs(tariffs: Iterable[Tariff], ways: Ways, losses: Losses, tariff: WriteTariff) -> list[Document]:
    """Those that the version can say; the others are named as lost."""
    written = []
    for item in tariffs:
        before = len(losses)
        try:
            written.append(tariff(item, ways, losses))
        except Unsayable:
            losses.append(Loss("/tariffs/*", item.id))
        else:
            losses[before:] = [Loss(f"/tariffs/*{loss.field}", loss.example) for loss in losses[before:]]
    return written
