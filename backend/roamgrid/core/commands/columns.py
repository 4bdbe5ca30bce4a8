"""What a command's row says of what was asked: the parameters of `repository.add`."""

from collections.abc import Mapping
from uuid import UUID

from roamgrid.canonical.command import StartSession
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.commands.models import ReserveRequest, StartRequest, StopRequest
from roamgrid.core.commands.states import CommandKind

NOWHERE: Mapping[str, object] = dict.fromkeys(("driver", "reference", "session", "location", "evse", "connector", "token"))


def channel(source: SourceId, operator: PartyId) -> dict[str, object]:
    """To whom."""
    return {"source": source, "country": operator.country_code, "party": operator.party_id}


def reserved_at(request: ReserveRequest) -> dict[str, object]:
    """A reservation, but for its id."""
    return {
        **NOWHERE,
        **channel(request.source, request.operator),
        "kind": CommandKind.RESERVE_NOW,
        "driver": request.driver_id,
        "reference": request.authorization_reference,
        "location": request.location_id,
        "evse": request.evse_uid,
        "token": request.token.uid,
        "expires": request.expires,
    }


def started_at(request: StartRequest) -> dict[str, object]:
    """Where a charge is to start, over that channel."""
    return {
        **channel(request.source, request.operator),
        "location": request.location_id,
        "evse": request.evse_uid,
        "connector": request.connector_id,
        "token": request.token.uid,
    }


def stopped_over(request: StopRequest, source: SourceId) -> dict[str, object]:
    """Over which channel a charge is to stop."""
    nowhere = dict.fromkeys(("location", "evse", "connector", "token"))
    return {**channel(source, request.operator), **nowhere}


def start_session(command_id: UUID, request: StartRequest) -> StartSession:
    """What is said over that channel."""
    return StartSession(
        command_id=command_id,
        operator=request.operator,
        token=request.token,
        location_id=request.location_id,
        evse_uid=request.evse_uid,
        connector_id=request.connector_id,
        authorization_reference=request.authorization_reference,
    )
