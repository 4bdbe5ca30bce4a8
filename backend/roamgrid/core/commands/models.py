"""What the command room takes and hands out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Token
from roamgrid.core.commands.states import CommandKind, CommandState


@dataclass(frozen=True, slots=True)
class StartRequest:
    """Where to start, with which token, under which grant."""

    driver_id: UUID
    source: SourceId
    operator: PartyId
    location_id: str
    evse_uid: str
    connector_id: str
    token: Token
    authorization_reference: str


@dataclass(frozen=True, slots=True)
class StopRequest:
    """Which session to stop, by the operator's id."""

    driver_id: UUID
    source: SourceId
    operator: PartyId
    session_id: str
    authorization_reference: str | None


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
