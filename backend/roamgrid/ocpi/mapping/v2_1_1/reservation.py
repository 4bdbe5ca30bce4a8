"""Reservations and unlocking, both ways (OCPI 2.1.1, Commands module): a reservation is a number and cannot be given back."""

from roamgrid.canonical.command import ReserveNow, UnlockConnector
from roamgrid.canonical.party import PartyId
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.mapping.v2_1_1.token import token, write_token
from roamgrid.ocpi.mapping.v2_1_1.unsaid import unsaid
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.mapping.v2_2_1.reservation import write_unlock
from roamgrid.ocpi.speech import Document, Loss, Losses, Unsayable, Ways
from roamgrid.ocpi.values import Asked
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.v2_1_1 import command as wire

__all__ = ["reserve", "unlock", "write_reserve", "write_unlock"]


def reserve(read: wire.ReserveNow, operator: PartyId, asker: PartyId) -> Asked[ReserveNow]:
    """A reservation that a partner wants of us as `operator`."""
    return Asked(
        ReserveNow(
            command_id=new_id(),
            operator=operator,
            token=token(read.token, asker),
            expires=read.expiry_date,
            reservation_id=str(read.reservation_id),
            location_id=read.location_id,
            evse_uid=read.evse_uid,
        ),
        read.response_url,
    )


def write_reserve(asked: Asked[ReserveNow], ways: Ways, losses: Losses) -> Document:
    """Ask for a reservation. Raises `Unsayable` for an id that is no number."""
    command = asked.what
    number = command.reservation_id
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Unsayable(f"the reservation {number!r} is no number", field="reservation_id")
    unsaid({"/authorization_reference": command.authorization_reference}, losses)
    within: Losses = []
    document = present(
        response_url=asked.response_url,
        token=write_token(command.token, ways, within),
        expiry_date=write_moment(command.expires),
        reservation_id=int(number),
        location_id=command.location_id,
        evse_uid=command.evse_uid,
    )
    losses += [Loss(f"/token{loss.field}", loss.example) for loss in within]
    return document


def unlock(read: wire.UnlockConnector, operator: PartyId) -> Asked[UnlockConnector]:
    """As `reserve`."""
    place = (read.location_id, read.evse_uid, read.connector_id)
    return Asked(UnlockConnector(new_id(), operator, *place), read.response_url)
