"""Credentials, authorizations and commands of OCPI 2.1.1: both ways."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from roamgrid.canonical.command import CommandReply, CommandResponse, CommandResult, StartSession, StopSession
from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.canonical.token import Allowed, TokenType
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.mapping.v2_1_1.credentials import NoPartyToName
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.values import Asked, AuthorizationInfo, CommandOutcome, Credentials, LocationReferences
from roamgrid.ocpi.wire.common.deviations import Refused
from tests.ocpi import objects
from tests.ocpi.mapping.v2_1_1 import documents
from tests.ocpi.mapping.v2_1_1.documents import OPERATOR

adapter = adapter_for("2.1.1", "default")
VOLTARA = PartyId("NL", "VLT")
RESPONSE_URL = "https://roamgrid.test/ocpi/voltara/2.1.1/commands/START_SESSION/1"
COMMAND = UUID("00000000-0000-7000-8000-000000000001")


def value(kind: ObjectKind[Any], document: Any, owner: PartyId = OPERATOR) -> Any:
    return adapter.read(kind, objects.raw(document), owner).value


TOKEN = value(kinds.TOKEN, documents.token(), VOLTARA)


def written(kind: ObjectKind[Any], said: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The document, and what was lost."""
    result = adapter.write(kind, said)
    return result.document, {loss.field: loss.example for loss in result.losses}


def test_credentials_both_ways():
    """Their role is not said: it is what one is to the other."""
    voltara = Party(VOLTARA, Role.EMSP, "Voltara", "https://voltara.test")
    both = (voltara, Party(PartyId("DE", "VLT"), Role.EMSP, "Voltara Deutschland"))
    document, lost = written(kinds.CREDENTIALS, Credentials("token-b", "https://voltara.test/versions", both, OPERATOR))
    assert document == {
        "token": "token-b",
        "url": "https://voltara.test/versions",
        "business_details": {"name": "Voltara", "website": "https://voltara.test"},
        "party_id": "VLT",
        "country_code": "NL",
    }
    assert lost == {"/roles/*/party_id": "EMSP DE*VLT", "/hub_party_id": "NL*GRF"}
    read = adapter.read(kinds.CREDENTIALS, json.dumps(document))
    assert (read.value.token, read.value.roles, read.deviations) == ("token-b", (replace(voltara, role=Role.OTHER),), ())
    with pytest.raises(NoPartyToName):
        adapter.write(kinds.CREDENTIALS, Credentials("token-b", "https://voltara.test/versions", ()))


def test_an_authorization_both_ways():
    at = LocationReferences("LOC1", ("E1",), ("1", "2"))
    assert value(kinds.LOCATION_REFERENCES, written(kinds.LOCATION_REFERENCES, at)[0]) == at
    answer = AuthorizationInfo(Allowed.BLOCKED, TOKEN, at, "ref-1", "Call us")
    document, lost = written(kinds.AUTHORIZATION_INFO, answer)
    assert lost == {"/token": "0A1B2C3D", "/authorization_reference": "ref-1"}
    assert value(kinds.AUTHORIZATION_INFO, document) == AuthorizationInfo(Allowed.BLOCKED, None, at, None, "Call us")
    with pytest.raises(Refused):
        value(kinds.AUTHORIZATION_INFO, {"allowed": "PERHAPS"})


def test_start_and_stop_both_ways():
    """Of a command, the address says for whom it is and the connection from whom."""
    start = StartSession(COMMAND, OPERATOR, replace(TOKEN, type=TokenType.APP_USER), "LOC1", "E1", "1", "ref-1")
    document, lost = written(kinds.START_SESSION, Asked(start, RESPONSE_URL))
    assert document == {
        "response_url": RESPONSE_URL,
        "token": documents.token(type="OTHER"),
        "location_id": "LOC1",
        "evse_uid": "E1",
    }
    assert lost == {"/connector_id": "1", "/authorization_reference": "ref-1", "/token/type": "APP_USER"}
    read = adapter.read(kinds.START_SESSION, json.dumps(document), OPERATOR, VOLTARA).value
    assert read.response_url == RESPONSE_URL
    assert replace(read.what, command_id=COMMAND) == StartSession(
        COMMAND, OPERATOR, replace(TOKEN, type=TokenType.OTHER), "LOC1", "E1", None, None
    )
    for owner, asker in ((OPERATOR, None), (None, VOLTARA)):
        with pytest.raises(Refused, match="connection"):
            adapter.read(kinds.START_SESSION, json.dumps(document), owner, asker)
    stop, _ = written(kinds.STOP_SESSION, Asked(StopSession(COMMAND, OPERATOR, "S1"), RESPONSE_URL))
    assert stop == {"response_url": RESPONSE_URL, "session_id": "S1"}
    assert value(kinds.STOP_SESSION, stop).what.session_id == "S1"


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        (b'{"result":"ACCEPTED"}', CommandReply(CommandResponse.ACCEPTED, 0)),
        (b'"REJECTED"', CommandReply(CommandResponse.REJECTED, 0)),
        (b'{"data":"UNKNOWN_SESSION"}', CommandReply(CommandResponse.UNKNOWN_SESSION, 0)),
        (b'{"result":"TIMEOUT"}', CommandReply(CommandResponse.REJECTED, 0, "TIMEOUT")),
    ],
)
def test_the_answer_at_once(body: bytes, reply: CommandReply):
    """A station that is out of reach took no command, whatever the word."""
    assert adapter.read(kinds.COMMAND_RESPONSE, body).value == reply


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b'{"result":"ACCEPTED"}', CommandOutcome(CommandResult.ACCEPTED)),
        (b'"TIMEOUT"', CommandOutcome(CommandResult.TIMEOUT)),
        (b'{"data":{"result":"REJECTED"}}', CommandOutcome(CommandResult.REJECTED)),
        (b'{"result":"UNKNOWN_SESSION"}', CommandOutcome(CommandResult.FAILED, "UNKNOWN_SESSION")),
        (b'{"result":"EVSE_OCCUPIED"}', CommandOutcome(CommandResult.EVSE_OCCUPIED)),
    ],
)
def test_the_answer_of_the_station(body: bytes, outcome: CommandOutcome):
    assert adapter.read(kinds.COMMAND_RESULT, body).value == outcome


@pytest.mark.parametrize("kind", [kinds.COMMAND_RESPONSE, kinds.COMMAND_RESULT])
@pytest.mark.parametrize("body", [b"null", b"[]", b"{}", b'{"result":"PERHAPS"}', b'{"data":null}'])
def test_an_answer_that_we_do_not_know_is_refused(kind: ObjectKind[Any], body: bytes):
    with pytest.raises(Refused):
        adapter.read(kind, body)


@pytest.mark.parametrize("outcome", CommandResult)
def test_results_that_2_1_1_does_not_know_are_rejections(outcome: CommandResult):
    document, lost = written(kinds.COMMAND_RESULT, CommandOutcome(outcome))
    known = outcome in {CommandResult.ACCEPTED, CommandResult.NOT_SUPPORTED, CommandResult.REJECTED, CommandResult.TIMEOUT}
    assert document == {"result": outcome.value if known else "REJECTED"}
    assert lost == ({} if known else {"/result": outcome.value})


def test_how_long_to_wait_and_why_are_not_said():
    document, lost = written(kinds.COMMAND_RESPONSE, CommandReply(CommandResponse.ACCEPTED, 30, "Plug in"))
    assert (document, lost) == ({"result": "ACCEPTED"}, {"/timeout": "30", "/message": "Plug in"})
