"""Commands and their two answers, both ways (OCPI 2.2.1, Commands module)."""

from typing import Any

from roamgrid.canonical.command import CommandReply, CommandResponse, CommandResult, StartSession, StopSession
from roamgrid.canonical.party import PartyId
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.mapping.v2_2_1.texts import one_of
from roamgrid.ocpi.mapping.v2_2_1.token import token, write_token
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.values import Asked, CommandOutcome
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.v2_2_1 import command as wire

_RESPONSES = {response.value: response for response in CommandResponse}
_RESULTS = {result.value: result for result in CommandResult}


def start(read: wire.StartSession, operator: PartyId | None) -> Asked[StartSession]:
    """A command that reached us as `operator`. It gets an id of our own; the specification gives it none."""
    return Asked(
        StartSession(
            command_id=new_id(),
            operator=addressed(operator),
            token=token(read.token),
            location_id=read.location_id,
            evse_uid=read.evse_uid,
            connector_id=read.connector_id,
            authorization_reference=read.authorization_reference,
        ),
        read.response_url,
    )


def stop(read: wire.StopSession, operator: PartyId | None) -> Asked[StopSession]:
    """As `start`."""
    return Asked(StopSession(new_id(), addressed(operator), read.session_id), read.response_url)


def addressed(operator: PartyId | None) -> PartyId:
    """Which of our parties a command is for. It stands in the routing headers; raises `Refused` when nobody was named."""
    if operator is None:
        raise Refused("", "names no operator: send OCPI-to-country-code and OCPI-to-party-id")
    return operator


def write_start(asked: Asked[StartSession], ways: Ways, losses: Losses) -> Document:
    """Ask for a charge."""
    command = asked.what
    return present(
        response_url=asked.response_url,
        token=write_token(command.token, ways, losses),
        location_id=command.location_id,
        evse_uid=command.evse_uid,
        connector_id=command.connector_id,
        authorization_reference=command.authorization_reference,
    )


def write_stop(asked: Asked[StopSession], ways: Ways, losses: Losses) -> Document:
    """Ask for the end of a charge."""
    return {"response_url": asked.response_url, "session_id": asked.what.session_id}


def unwrapped(document: Any) -> Any:
    """Answers come as a bare text, as the object, or as the object in `data` (issues 171, 437, 489): the object."""
    if isinstance(document, dict) and "result" not in document and document.get("data") is not None:
        document = document["data"]
    return {"result": document} if isinstance(document, str) else document


def reply(read: wire.CommandResponse) -> CommandReply:
    """Raises `Refused` for an answer that we do not know."""
    response = _RESPONSES.get(read.result)
    if response is None:
        raise Refused("/result", f"is {read.result[:40]!r}, no answer to a command")
    return CommandReply(response, max(read.timeout, 0), one_of(read.message))


def result(read: wire.CommandResult) -> CommandOutcome:
    """The station's answer and what it says to people. Raises `Refused` for one that we do not know."""
    outcome = _RESULTS.get(read.result)
    if outcome is None:
        raise Refused("/result", f"is {read.result[:40]!r}, no result of a command")
    return CommandOutcome(outcome, one_of(read.message))


def write_reply(value: CommandReply, ways: Ways, losses: Losses) -> Document:
    """The operator's answer at once."""
    return present(result=value.response.value, timeout=value.timeout_s, message=_message(value.message))


def write_result(value: CommandOutcome, ways: Ways, losses: Losses) -> Document:
    """The station's answer."""
    return present(result=value.result.value, message=_message(value.message))


def _message(text: str | None) -> list[Document]:
    return [] if text is None else [{"language": "en", "text": text}]
