"""Commands that must be refused: nothing starts, and still the answers tell (OCPI Commands, Receiver interface)."""

from roamgrid.canonical.command import CommandResponse, StartSession, StopSession
from roamgrid.canonical.party import PartyId
from roamgrid.kernel import json
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi import kinds
from roamgrid.ocpi.conformance.check import Check, Needs
from roamgrid.ocpi.conformance.checks.tokens import check_token
from roamgrid.ocpi.conformance.probe import Seen
from roamgrid.ocpi.conformance.subject import Subject
from roamgrid.ocpi.conformance.verdicts import Finding, Notes, skipped
from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.speech import Document
from roamgrid.ocpi.values import Asked
from roamgrid.ocpi.wire.common.deviations import Refused

_NOBODY = "ROAMGRID-CHECK-NOWHERE"


async def _start_nowhere(subject: Subject) -> Finding:
    command = StartSession(new_id(), _operator(subject), check_token(subject), _NOBODY, None, None, None)
    body = subject.adapter.write(kinds.START_SESSION, Asked(command, _response_url(subject, "START_SESSION"))).document
    return await _must_be_refused(subject, "START_SESSION", body, "a start at a location that does not exist")


async def _stop_nothing(subject: Subject) -> Finding:
    command = StopSession(new_id(), _operator(subject), _NOBODY)
    body = subject.adapter.write(kinds.STOP_SESSION, Asked(command, _response_url(subject, "STOP_SESSION"))).document
    return await _must_be_refused(subject, "STOP_SESSION", body, "a stop of a session that does not exist")


async def _unknown(subject: Subject) -> Finding:
    seen = await _send(subject, "ROAMGRID_CHECK", {"response_url": _response_url(subject, "START_SESSION")})
    if seen is None:
        return skipped("they take no commands")
    notes = Notes()
    if seen.succeeded and not _is_no(subject, seen):
        notes.fails("a command that does not exist is accepted")
    elif seen.http >= 500:
        notes.fails(f"a command that does not exist is answered with {seen.said()}")
    return notes.finding()


async def _must_be_refused(subject: Subject, name: str, body: Document, what: str) -> Finding:
    seen = await _send(subject, name, body)
    if seen is None:
        return skipped("they take no commands")
    notes = Notes()
    if seen.http >= 500 or (seen.envelope is None and seen.http < 300):
        notes.fails(f"{what} is answered with {seen.said()}")
    elif seen.succeeded:
        _judge(subject, seen, what, notes)
    return notes.finding()


def _judge(subject: Subject, seen: Seen, what: str, notes: Notes) -> None:
    data = seen.envelope.data if seen.envelope else None
    try:
        read = subject.adapter.read(kinds.COMMAND_RESPONSE, data or b"null")
    except Refused as problem:
        notes.fails(f"the answer to {what} cannot be read: {problem.message}")
        return
    if read.value.response is CommandResponse.ACCEPTED:
        notes.fails(f"{what} is accepted")
    for deviation in read.deviations:
        notes.deviates(f"{deviation.code} at {deviation.field or '/'} of the answer")
    if data is not None and not isinstance(json.loads(data), dict):
        notes.deviates("answers to commands are bare texts")


async def _send(subject: Subject, name: str, body: Document) -> Seen | None:
    endpoint = subject.endpoint("commands", InterfaceRole.RECEIVER)
    return None if endpoint is None else await subject.probe.call("POST", subject.below(endpoint, name), body)


def _is_no(subject: Subject, seen: Seen) -> bool:
    data = seen.envelope.data if seen.envelope else None
    try:
        return subject.adapter.read(kinds.COMMAND_RESPONSE, data or b"null").value.response is not CommandResponse.ACCEPTED
    except Refused:
        return False


def _operator(subject: Subject) -> PartyId:
    return subject.connection.roles[0].id if subject.connection.roles else subject.our_party


def _response_url(subject: Subject, name: str) -> str:
    return f"{subject.response_base}/commands/{name}/{new_id()}"


_REFERENCE = "Commands, Receiver Interface, POST Method"
CHECKS = (
    Check("commands.start", "A start at an unknown location is refused", _REFERENCE, _start_nowhere, Side.CPO, "commands",
          needs=Needs.WRITES),
    Check("commands.stop", "A stop of an unknown session is refused", _REFERENCE, _stop_nothing, Side.CPO, "commands",
          needs=Needs.WRITES),
    Check("commands.unknown", "An unknown command is refused", _REFERENCE, _unknown, Side.CPO, "commands", needs=Needs.WRITES),
)  # fmt: skip
