"""Reservations and unlocking (OCPI 2.2.1, Commands module)."""

from roamgrid.ocpi.wire.common.declare import DateTime, Id36, Url, WireObject
from roamgrid.ocpi.wire.v2_2_1.token import Token


class ReserveNow(WireObject, frozen=True):
    """Keep a charging point, or any of a location, for a token."""

    response_url: Url
    token: Token
    expiry_date: DateTime
    reservation_id: Id36
    location_id: Id36
    evse_uid: Id36 | None = None
    authorization_reference: Id36 | None = None


class CancelReservation(WireObject, frozen=True):
    """Give a reservation up."""

    response_url: Url
    reservation_id: Id36


class UnlockConnector(WireObject, frozen=True):
    """Free a stuck cable."""

    response_url: Url
    location_id: Id36
    evse_uid: Id36
    connector_id: Id36
