"""Session and charging periods: wire to canonical (OCPI 2.2.1, Sessions module)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount, ChargingPeriod, Session, SessionStatus, Volume
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.mapping.v2_2_1.money import currency_of
from roamgrid.ocpi.mapping.v2_2_1.token import token_ref
from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.v2_2_1 import session as wire

P = TypeVar("P", bound=WireObject)

_STATUSES = {status.value: status for status in SessionStatus} | {"RESERVED": SessionStatus.RESERVATION}
"""The specification's prose says RESERVED where its enumeration says RESERVATION (issue 533)."""
ENERGIES = frozenset({"ENERGY", "ENERGY_IMPORT", "ENERGY_EXPORT"})


def session(read: wire.SessionOf[P], dialect: Dialect, amount: Callable[[P], Amount]) -> Session:
    """`amount` reads what the version calls a price. Raises `Refused` for a status or a currency that we do not know."""
    status = _STATUSES.get(read.status.upper())
    if status is None:
        raise Refused("/status", f"is {read.status[:40]!r}, no status of a session")
    return Session(
        party=PartyId.of(read.country_code, read.party_id),
        id=read.id,
        status=status,
        start=read.start_date_time,
        end=read.end_date_time,
        kwh=dialect.energy_unit.kwh(read.kwh),
        token=token_ref(read.cdr_token),
        auth_method=read.auth_method,
        authorization_reference=read.authorization_reference,
        location_id=read.location_id,
        evse_uid=read.evse_uid,
        connector_id=read.connector_id,
        currency=currency_of(read.currency),
        periods=periods(read.charging_periods, dialect),
        total_cost=amount(read.total_cost) if read.total_cost else None,
        last_updated=read.last_updated,
    )


def periods(read: Sequence[wire.ChargingPeriod], dialect: Dialect) -> tuple[ChargingPeriod, ...]:
    """Energies in kWh whatever the partner counts in; other dimensions as they are."""
    return tuple(
        [
            ChargingPeriod(
                period.start_date_time, tuple([_volume(item, dialect) for item in period.dimensions]), period.tariff_id
            )
            for period in read
        ]
    )


def _volume(read: wire.CdrDimension, dialect: Dialect) -> Volume:
    return Volume(read.type, dialect.energy_unit.kwh(read.volume) if read.type in ENERGIES else read.volume)
