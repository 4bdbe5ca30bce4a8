"""Commands and their answers (OCPI 2.1.1, Commands module). At once and later the same object answers."""

from roamgrid.ocpi.wire.common.declare import DateTime, Int, Url, WireObject
from roamgrid.ocpi.wire.v2_1_1.enums import CommandResponseType
from roamgrid.ocpi.wire.v2_1_1.token import Token
from roamgrid.ocpi.wire.v2_1_1.types import Id36, Id39


class ReserveNow(WireObject, frozen=True):
    """Ask to keep a charging point free for a token. The same `reservation_id` again replaces the reservation."""

    response_url: Url
    token: Token
    expiry_date: DateTime
    reservation_id: Int
    location_id: Id39
    evse_uid: Id39 | None = None


class StartSession(WireObject, frozen=True):
    """Ask to start a charge. Which connector, the station decides."""

    response_url: Url
    token: Token
    location_id: Id39
    evse_uid: Id39 | None = None


class StopSession(WireObject, frozen=True):
    """Ask to stop a charge."""

    response_url: Url
    session_id: Id36


class UnlockConnector(WireObject, frozen=True):
    """Ask to let go of a cable; for help desks, never for drivers."""

    response_url: Url
    location_id: Id39
    evse_uid: Id39
    connector_id: Id36


class CommandResponse(WireObject, frozen=True):
    """An answer."""

    result: CommandResponseType
