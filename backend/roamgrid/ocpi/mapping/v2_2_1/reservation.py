"""Reservations and unlocking, both ways (OCPI 2.2.1, Commands module)."""

from roamgrid.canonical.command import CancelReservation, ReserveNow, UnlockConnector
from roamgrid.canonical.party import PartyId
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.mapping.v2_2_1.command import addressed
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.mapping.v2_2_1.token import token, write_token
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.values import Asked
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.v2_2_1 import reservation as wire


def reserve(read: wire.ReserveNow, operator: PartyId | None) -> Asked[ReserveNow]:
    """A reservation that a partner wants of us as `operator`. Raises `Refused` when no operator is addressed."""
    return Asked(
        ReserveNow(
            command_id=new_id(),
            operator=addressed(operator),
            token=token(read.token),
            expires=read.expiry_date,
            reservation_id=read.reservation_id,
            location_id=read.location_id,
            evse_uid=read.evse_uid,
            authorization_reference=read.authorization_reference,
        ),
        read.response_url,
    )


def write_reserve(asked: Asked[ReserveNow], ways: Ways, losses: Losses) -> Document:
    """Ask for a reservation."""
    command = asked.what
    return present(
        response_url=asked.response_url,
        token=write_token(command.token, ways, losses),
        expiry_date=write_moment(command.expires),
        reservation_id=command.reservation_id,
        location_id=command.location_id,
        evse_uid=command.evse_uid,
        authorization_reference=command.authorization_reference,
    )


def cancel(read: wire.CancelReservation, operator: PartyId | None) -> Asked[CancelReservation]:
    """As `reserve`."""
    return Asked(CancelReservation(new_id(), addressed(operator), read.reservation_id), read.response_url)


def write_cancel(asked: Asked[CancelReservation], ways: Ways, losses: Losses) -> Document:
    """Give a reservation up."""
    return {"response_url": asked.response_url, "reservation_id": asked.what.reservation_id}


def unlock(read: wire.UnlockConnector, operator: PartyId | None) -> Asked[UnlockConnector]:
    """As `reserve`."""
    place = (read.location_id, read.evse_uid, read.connector_id)
    return Asked(UnlockConnector(new_id(), addressed(operator), *place), read.response_url)


def write_unlock(asked: Asked[UnlockConnector], ways: Ways, losses: Losses) -> Document:
    """Free a stuck cable."""
    command = asked.what
    return {
        "response_url": asked.response_url,
        "location_id": command.location_id,
        "evse_uid": command.evse_uid,
        "connector_id": command.connector_id,
    }
