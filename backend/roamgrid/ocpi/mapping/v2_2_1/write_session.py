"""Session and charging periods: canonical to wire (OCPI 2.2.1, Sessions module)."""

from collections.abc import Callable, Iterable

from roamgrid.canonical.session import Amount, ChargingPeriod, Session, Volume
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.mapping.v2_2_1.quantity import plain
from roamgrid.ocpi.mapping.v2_2_1.session import ENERGIES
from roamgrid.ocpi.mapping.v2_2_1.token import write_token_ref
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.wire.common.moments import write_moment

WriteAmount = Callable[[Amount, str, Losses], Document]
"""Writes an amount as the version does, given its path."""


def write_session(value: Session, ways: Ways, losses: Losses, amount: WriteAmount) -> Document:
    """`amount` writes what the version calls a price."""
    return present(
        country_code=value.party.country_code,
        party_id=value.party.party_id,
        id=value.id,
        start_date_time=write_moment(value.start),
        end_date_time=None if value.end is None else write_moment(value.end),
        kwh=plain(ways.dialect.energy_unit.of_kwh(value.kwh)),
        cdr_token=write_token_ref(value.token),
        auth_method=value.auth_method,
        authorization_reference=value.authorization_reference,
        location_id=value.location_id,
        evse_uid=value.evse_uid,
        connector_id=value.connector_id,
        currency=value.currency,
        charging_periods=write_periods(value.periods, ways.dialect),
        total_cost=None if value.total_cost is None else amount(value.total_cost, "/total_cost", losses),
        status=value.status.value,
        last_updated=write_moment(value.last_updated),
    )


def write_periods(periods: Iterable[ChargingPeriod], dialect: Dialect) -> list[Document]:
    """Energies in the unit that the partner counts in."""
    return [
        present(
            start_date_time=write_moment(period.start),
            dimensions=[{"type": item.dimension, "volume": _volume(item, dialect)} for item in period.volumes],
            tariff_id=period.tariff_id,
        )
        for period in periods
    ]


def _volume(item: Volume, dialect: Dialect) -> object:
    return plain(dialect.energy_unit.of_kwh(item.volume)) if item.dimension in ENERGIES else item.volume
