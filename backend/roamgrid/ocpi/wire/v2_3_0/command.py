"""Commands that carry a token (OCPI 2.3.0, Commands module); all others and the answers are those of 2.2.1."""

from roamgrid.ocpi.wire.v2_2_1 import command as before
from roamgrid.ocpi.wire.v2_2_1 import reservation
from roamgrid.ocpi.wire.v2_3_0.token import Token


class StartSession(before.StartSession, frozen=True):
    """Ask to start a charge."""

    token: Token


class ReserveNow(reservation.ReserveNow, frozen=True):
    """Keep a charging point, or any of a location, for a token."""

    token: Token
