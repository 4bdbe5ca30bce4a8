"""What the command room takes and hands out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Token
from roamgrid.core.commands.states import CommandKind, CommandState


@dataclass(frozen=True, slots=True)
class StartRequest:
    """Where to start, with which token, under which grant.

    `otherwise`: the same connector over other channels, best first, for the case that this one does not get through.
    """

    driver_id: UUID
    source: SourceId
    operator: PartyId
    location_id: str
    evse_uid: str
    connector_id: str
    token: Token
    authorization_reference: str
    otherwise: "tuple[StartRequest, ...]" = ()


@dataclass(frozen=True, slots=True)
class StopRequest:
    """Which session to stop, by the operator's id. `otherwise`: other channels to the same operator, best first."""

    driver_id: UUID
    source: SourceId
    operator: PartyId
    session_id: str
    authorization_reference: str | None
    otherwise: tuple[SourceId, ...] = ()


@dataclass(frozen=True, slots=True)
class ReserveRequest:
    """Which charging point to keep free until `expires`, for which token.

    `reservation_id` None: a new reservation; else the one of a command before, which is changed. `evse_uid` None: any of the
    location.
    """

    driver_id: UUID | None
    source: SourceId
    operator: PartyId
    location_id: str
    evse_uid: str | None
    token: Token
    expires: datetime
    authorization_reference: str | None = None
    reservation_id: str | None = None


@dataclass(frozen=True, slots=True)
class UnlockRequest:
    """Which connector shall let go of its cable. A help desk asks, never a driver."""

    source: SourceId
    operator: PartyId
    location_id: str
    evse_uid: str
    connector_id: str


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command and where it stands. `reason` is a stable code, `message` what the partner said."""

    id: UUID
    kind: CommandKind
    state: CommandState
    source: SourceId
    driver_id: UUID | None
    authorization_reference: str | None
    requested_at: datetime
    deadline: datetime
    reason: str | None
    message: str | None
    version: int
    history: tuple[CommandState, ...]
    operator: PartyId
    reservation_id: str | None = None
    expires_at: datetime | None = None
