"""Session: both ways (OCPI 2.1.1, Sessions module)."""

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Session, SessionStatus
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.mapping.v2_1_1.money import amount, write_amount
from roamgrid.ocpi.mapping.v2_1_1.periods import periods, write_periods
from roamgrid.ocpi.mapping.v2_1_1.place import id_of, uid_of, used
from roamgrid.ocpi.mapping.v2_1_1.token import token_ref, write_token_ref
from roamgrid.ocpi.mapping.v2_1_1.unsaid import nearest, unsaid, values_of
from roamgrid.ocpi.mapping.v2_1_1.write_place import write_session_place
from roamgrid.ocpi.mapping.v2_2_1.money import currency_of
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.mapping.v2_2_1.quantity import plain
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_1_1 import session as wire
from roamgrid.ocpi.wire.v2_1_1.enums import AuthMethod
from roamgrid.ocpi.wire.v2_1_1.enums import SessionStatus as WireStatus

AUTH_METHODS = values_of(AuthMethod)
ASKED = "AUTH_REQUEST"
_STATUSES = {status.value: status for status in SessionStatus}
_SAID = values_of(WireStatus)


def session(read: wire.Session, owner: PartyId, dialect: Dialect, found: Found) -> Session:
    """Raises `Refused` for a status or a currency that we do not know."""
    status = _STATUSES.get(read.status)
    if status is None:
        raise Refused("/status", f"is {read.status[:40]!r}, no status of a session")
    evse, connector = used(read.location, found)
    return Session(
        party=owner,
        id=read.id,
        status=status,
        start=read.start_datetime,
        end=read.end_datetime,
        kwh=dialect.energy_unit.kwh(read.kwh),
        token=token_ref(read.auth_id),
        auth_method=read.auth_method,
        authorization_reference=None,
        location_id=read.location.id,
        evse_uid=uid_of(evse),
        connector_id=id_of(connector),
        currency=currency_of(read.currency),
        periods=periods(read.charging_periods, dialect),
        total_cost=None if read.total_cost is None else amount(read.total_cost),
        last_updated=read.last_updated,
    )


def write_session(value: Session, ways: Ways, losses: Losses) -> Document:
    """The whole object; its location holds what a session knows of the place, the rest is carried."""
    unsaid({"/authorization_reference": value.authorization_reference}, losses)
    return present(
        id=value.id,
        start_datetime=write_moment(value.start),
        end_datetime=None if value.end is None else write_moment(value.end),
        kwh=plain(ways.dialect.energy_unit.of_kwh(value.kwh)),
        auth_id=write_token_ref(value.token, losses),
        auth_method=nearest(value.auth_method, AUTH_METHODS, ASKED, "/auth_method", losses),
        location=write_session_place(value, losses),
        currency=value.currency,
        charging_periods=write_periods(value.periods, ways.dialect, losses),
        total_cost=None if value.total_cost is None else write_amount(value.total_cost, "/total_cost", losses),
        status=nearest(value.status.value, _SAID, SessionStatus.PENDING.value, "/status", losses),
        last_updated=write_moment(value.last_updated),
    )
