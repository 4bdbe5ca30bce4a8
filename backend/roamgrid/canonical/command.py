"""Commands that we send to an operator, and its two answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Token


class CommandResponse(StrEnum):
    """The operator's immediate answer."""

    ACCEPTED = "ACCEPTED"
    NOT_SUPPORTED = "NOT_SUPPORTED"
    REJECTED = "REJECTED"
    UNKNOWN_SESSION = "UNKNOWN_SESSION"


class CommandResult(StrEnum):
    """The charging station's answer, which arrives later."""

    ACCEPTED = "ACCEPTED"
    CANCELED_RESERVATION = "CANCELED_RESERVATION"
    EVSE_OCCUPIED = "EVSE_OCCUPIED"
    EVSE_INOPERATIVE = "EVSE_INOPERATIVE"
    FAILED = "FAILED"
    NOT_SUPPORTED = "NOT_SUPPORTED"
    REJECTED = "REJECTED"
    TIMEOUT = "TIMEOUT"
    UNKNOWN_RESERVATION = "UNKNOWN_RESERVATION"


@dataclass(frozen=True, slots=True)
class StartSession:
    """Start a charge for a token. `authorization_reference` comes back in session and CDR.

    We always name the connector and give a reference; others may leave the choice to the operator or the driver (None).
    """

    command_id: UUID
    operator: PartyId
    token: Token
    location_id: str
    evse_uid: str | None
    connector_id: str | None
    authorization_reference: str | None


@dataclass(frozen=True, slots=True)
class StopSession:
    """Stop a running charge, named by the operator's session id."""

    command_id: UUID
    operator: PartyId
    session_id: str


@dataclass(frozen=True, slots=True)
class ReserveNow:
    """Keep a charging point free for a token until `expires`. The same id again changes the reservation."""

    command_id: UUID
    operator: PartyId
    token: Token
    expires: datetime
    reservation_id: str
    location_id: str
    evse_uid: str | None = None
    authorization_reference: str | None = None


@dataclass(frozen=True, slots=True)
class CancelReservation:
    """Give a reservation up."""

    command_id: UUID
    operator: PartyId
    reservation_id: str


@dataclass(frozen=True, slots=True)
class UnlockConnector:
    """Free a stuck cable. For a help desk, never for drivers."""

    command_id: UUID
    operator: PartyId
    location_id: str
    evse_uid: str
    connector_id: str


Command = StartSession | StopSession | ReserveNow | CancelReservation | UnlockConnector


@dataclass(frozen=True, slots=True)
class CommandReply:
    """What the operator said at once; `timeout_s`: after how many seconds no result need be awaited."""

    response: CommandResponse
    timeout_s: int
    message: str | None = None
