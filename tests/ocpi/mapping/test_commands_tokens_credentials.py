"""What we write, and the short answers that we read (OCPI 2.2.1)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.canonical.command import CommandReply, CommandResponse, CommandResult, StartSession, StopSession
from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import UnsupportedVersion, adapter_for
from roamgrid.ocpi.dialects.dialect import UnknownDialect, dialect, names
from roamgrid.ocpi.values import Asked, CommandOutcome, Credentials
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.ocpi.wire.common.deviations import Refused

adapter = adapter_for("2.2.1", "default")
COMMAND = UUID("00000000-0000-7000-8000-000000000001")
RESPONSE_URL = f"https://roamgrid.test/ocpi/voltara/2.2.1/commands/START_SESSION/{COMMAND}"
TOKEN = Token(
    party=PartyId("NL", "VLT"),
    uid="0A1B2C3D4E5F60718293",
    type=TokenType.APP_USER,
    contract_id="NL-VLT-C1-0",
    issuer="Voltara",
    valid=True,
    whitelist=Whitelist.NEVER,
    last_updated=datetime(2026, 6, 1, 12, tzinfo=UTC),
)
WRITTEN_TOKEN = {
    "country_code": "NL",
    "party_id": "VLT",
    "uid": "0A1B2C3D4E5F60718293",
    "type": "APP_USER",
    "contract_id": "NL-VLT-C1-0",
    "issuer": "Voltara",
    "valid": True,
    "whitelist": "NEVER",
    "last_updated": "2026-06-01T12:00:00Z",
}


def test_a_token_is_written_without_what_is_not_set():
    assert adapter.write(kinds.TOKEN, TOKEN).document == WRITTEN_TOKEN


texts = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=36)


@given(
    st.builds(
        Token,
        party=st.just(PartyId("NL", "VLT")),
        uid=texts,
        type=st.sampled_from(sorted(set(TokenType) - {TokenType.EMAID})),
        contract_id=texts,
        issuer=texts,
        valid=st.booleans(),
        whitelist=st.sampled_from(Whitelist),
        last_updated=st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
        visual_number=st.none() | texts,
        group_id=st.none() | texts,
        language=st.sampled_from([None, "nl", "de"]),
    )
)
def test_a_token_that_is_written_and_read_again_is_the_same(token: Token):
    read = adapter.read(kinds.TOKEN, json.dumps(adapter.write(kinds.TOKEN, token).document))
    assert (read.value, read.deviations) == (token, ())


def test_start_and_stop():
    start = StartSession(COMMAND, PartyId("NL", "GRF"), TOKEN, "LOC1", "E1", "1", "ref-1")
    assert adapter.write(kinds.START_SESSION, Asked(start, RESPONSE_URL)).document == {
        "response_url": RESPONSE_URL,
        "token": WRITTEN_TOKEN,
        "location_id": "LOC1",
        "evse_uid": "E1",
        "connector_id": "1",
        "authorization_reference": "ref-1",
    }
    stop = StopSession(COMMAND, PartyId("NL", "GRF"), "S1")
    assert adapter.write(kinds.STOP_SESSION, Asked(stop, RESPONSE_URL)).document == {
        "response_url": RESPONSE_URL,
        "session_id": "S1",
    }


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        (b'{"result":"ACCEPTED","timeout":30}', CommandReply(CommandResponse.ACCEPTED, 30)),
        (b'{"result":"accepted"}', CommandReply(CommandResponse.ACCEPTED, 0)),
        (b'"NOT_SUPPORTED"', CommandReply(CommandResponse.NOT_SUPPORTED, 0)),
        (
            b'{"result":"REJECTED","timeout":-1,"message":[{"language":"en","text":"Busy"}]}',
            CommandReply(CommandResponse.REJECTED, 0, "Busy"),
        ),
    ],
)
def test_the_answer_at_once(body: bytes, reply: CommandReply):
    assert adapter.read(kinds.COMMAND_RESPONSE, body).value == reply


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b'{"result":"ACCEPTED"}', CommandOutcome(CommandResult.ACCEPTED, None)),
        (b'"FAILED"', CommandOutcome(CommandResult.FAILED, None)),
        (b'{"data":{"result":"EVSE_OCCUPIED"},"status_code":1000}', CommandOutcome(CommandResult.EVSE_OCCUPIED, None)),
        (b'{"data":"TIMEOUT"}', CommandOutcome(CommandResult.TIMEOUT, None)),
        (
            b'{"result":"FAILED","message":[{"language":"nl","text":"Nee"},{"language":"en","text":"No"}]}',
            CommandOutcome(CommandResult.FAILED, "No"),
        ),
    ],
)
def test_results_come_bare_wrapped_and_as_text(body: bytes, outcome: CommandOutcome):
    assert adapter.read(kinds.COMMAND_RESULT, body).value == outcome


@pytest.mark.parametrize("body", [b"null", b"[]", b"{}", b'{"result":"PERHAPS"}', b'{"data":null}', b'{"data":[]}'])
def test_a_result_that_we_do_not_know_is_refused(body: bytes):
    with pytest.raises(Refused):
        adapter.read(kinds.COMMAND_RESULT, body)


def test_credentials_both_ways():
    roles = (
        Party(PartyId("NL", "VLT"), Role.EMSP, "Voltara", "https://voltara.test"),
        Party(PartyId("DE", "VLT"), Role.EMSP, "Voltara Deutschland"),
    )
    written = adapter.write(
        kinds.CREDENTIALS, Credentials("token-b", "https://roamgrid.test/ocpi/voltara/versions", roles)
    ).document
    assert written["roles"][1] == {
        "role": "EMSP",
        "business_details": {"name": "Voltara Deutschland"},
        "party_id": "VLT",
        "country_code": "DE",
    }
    read = adapter.read(kinds.CREDENTIALS, json.dumps(written))
    assert (read.value.token, read.value.versions_url, read.value.roles) == (
        "token-b",
        "https://roamgrid.test/ocpi/voltara/versions",
        roles,
    )
    assert read.deviations == ()


def test_a_token_never_shows_in_a_log_of_credentials():
    written = adapter.write(kinds.CREDENTIALS, Credentials("token-b", "https://roamgrid.test/versions", ())).document
    assert "token-b" not in repr(adapter.read(kinds.CREDENTIALS, json.dumps(written)))


def test_the_owner_and_id_of_an_unreadable_object():
    assert adapter.read_key(b'{"country_code":"nl","party_id":"grf","id":"LOC1","coordinates":7}') == (
        PartyId("NL", "GRF"),
        "LOC1",
    )
    assert adapter.read_key(b'{"id":"LOC1"}') is None
    assert adapter.read_key(b"[") is None


def test_there_is_no_adapter_for_other_versions_or_unknown_dialects():
    with pytest.raises(UnsupportedVersion):
        adapter_for("1.0", "default")
    with pytest.raises(UnknownDialect):
        adapter_for("2.2.1", "klingon")


def test_every_dialect_that_ships_is_complete():
    assert {"default", "plain_token"} <= set(names())
    assert [dialect(name, "2.2.1").token_encoding.value for name in ("default", "plain_token")] == ["base64", "plain"]
    assert all(dialect(name, version).page_size > 0 for name in names() for version in SPEECHES)
