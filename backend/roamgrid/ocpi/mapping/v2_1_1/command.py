"""Commands and their answers, both ways (OCPI 2.1.1, Commands module). One object answers at once and later."""

from roamgrid.canonical.command import CommandReply, CommandResponse, CommandResult, StartSession, StopSession
from roamgrid.canonical.party import PartyId
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.mapping.v2_1_1.token import token, write_token
from roamgrid.ocpi.mapping.v2_1_1.unsaid import nearest, unsaid
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Loss, Losses, Ways
from roamgrid.ocpi.values import Asked, CommandOutcome
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.v2_1_1 import command as wire

_RESPONSES = {response.value: response for response in CommandResponse} | {"TIMEOUT": CommandResponse.REJECTED}
"""A station that cannot be reached takes no command; 2.1.1 may say so at once."""
_RESULTS = {result.value: result for result in CommandResult} | {"UNKNOWN_SESSION": CommandResult.FAILED}
_SAID = frozenset({"ACCEPTED", "NOT_SUPPORTED", "REJECTED", "TIMEOUT"})


def start(read: wire.StartSession, operator: PartyId, asker: PartyId) -> Asked[StartSession]:
    """A command that reached us as `operator`. Neither a connector nor a reference is ever named."""
    return Asked(
        StartSession(
            command_id=new_id(),
            operator=operator,
            token=token(read.token, asker),
            location_id=read.location_id,
            evse_uid=read.evse_uid,
            connector_id=None,
            authorization_reference=None,
        ),
        read.response_url,
    )


def stop(read: wire.StopSession, operator: PartyId) -> Asked[StopSession]:
    """As `start`."""
    return Asked(StopSession(new_id(), operator, read.session_id), read.response_url)


def write_start(asked: Asked[StartSession], ways: Ways, losses: Losses) -> Document:
    """Ask for a charge at a charging point. The session will name the token's contract only."""
    command = asked.what
    unsaid(
        {"/connector_id": command.connector_id, "/authorization_reference": command.authorization_reference},
        losses,
    )
    within: Losses = []
    document = present(
        response_url=asked.response_url,
        token=write_token(command.token, ways, within),
        location_id=command.location_id,
        evse_uid=command.evse_uid,
    )
    losses += [Loss(f"/token{loss.field}", loss.example) for loss in within]
    return document


def write_stop(asked: Asked[StopSession], ways: Ways, losses: Losses) -> Document:
    """Ask for the end of a charge."""
    return {"response_url": asked.response_url, "session_id": asked.what.session_id}


def reply(read: wire.CommandResponse) -> CommandReply:
    """How long to wait for a result is not said. Raises `Refused` for an answer that we do not know."""
    response = _RESPONSES.get(read.result)
    if response is None:
        raise Refused("/result", f"is {read.result[:40]!r}, no answer to a command")
    return CommandReply(response, 0, None if read.result == response.value else read.result)


def result(read: wire.CommandResponse) -> CommandOutcome:
    """Raises `Refused` for a result that we do not know."""
    outcome = _RESULTS.get(read.result)
    if outcome is None:
        raise Refused("/result", f"is {read.result[:40]!r}, no result of a command")
    return CommandOutcome(outcome, None if read.result == outcome.value else read.result)


def write_reply(value: CommandReply, ways: Ways, losses: Losses) -> Document:
    """The operator's answer at once."""
    unsaid({"/timeout": value.timeout_s or None, "/message": value.message}, losses)
    return {"result": value.response.value}


def write_result(value: CommandOutcome, ways: Ways, losses: Losses) -> Document:
    """The station's answer; why a station refused cannot be said."""
    unsaid({"/message": value.message}, losses)
    return {"result": nearest(value.result.value, _SAID, CommandResult.REJECTED.value, "/result", losses)}
