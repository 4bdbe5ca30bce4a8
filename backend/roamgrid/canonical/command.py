"""Commands that we send to an operator, and its two answers."""

from dataclasses import dataclass
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
    """Start a charge at a connector for a token. `authorization_reference` comes back in session and CDR."""

    command_id: UUID
    operator: PartyId
    token: Token
    location_id: str
    evse_uid: str
    connector_id: str
    authorization_reference: str


@dataclass(frozen=True, slots=True)
class StopSession:
    """Stop a running charge, named by the operator's session id."""

    command_id: UUID
    operator: PartyId
    session_id: str


@dataclass(frozen=True, slots=True)
class CommandReply:
    """What the operator said at once; `timeout_s`: after how many seconds no result need be awaited."""

    response: CommandResponse
    timeout_s: int
    message: str | None = None
