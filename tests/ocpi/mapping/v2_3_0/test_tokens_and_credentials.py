"""Tokens with an open type, and hubs without a role."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from roamgrid.canonical.command import ReserveNow, StartSession
from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.canonical.token import Allowed, Token, TokenType, Whitelist
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.speech import Loss
from roamgrid.ocpi.values import Asked, AuthorizationInfo, Credentials

adapter = adapter_for("2.3.0", "default")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
OPERATOR, HUB = PartyId("NL", "GRF"), PartyId("NL", "HUB")
EMAID = Token(PartyId("NL", "VLT"), "NLVLTC12345678", TokenType.EMAID, "NLVLTC12345678", "Voltara", True, Whitelist.NEVER, NOON)
WIRE_TOKEN = {
    "country_code": "NL",
    "party_id": "VLT",
    "uid": "NLVLTC12345678",
    "type": "EMAID",
    "contract_id": "NLVLTC12345678",
    "issuer": "Voltara",
    "valid": True,
    "whitelist": "NEVER",
    "last_updated": "2026-06-01T12:00:00Z",
}


def test_a_contract_in_the_car_has_a_type_of_its_own():
    written = adapter.write(kinds.TOKEN, EMAID)
    assert (written.document, written.losses) == (WIRE_TOKEN, ())
    assert adapter.read(kinds.TOKEN, json.dumps(WIRE_TOKEN)).value == EMAID


def test_a_type_that_we_do_not_know_is_another_type_and_no_deviation():
    read = adapter.read(kinds.TOKEN, json.dumps(WIRE_TOKEN | {"type": "FACE"}))
    assert (read.value.type, read.deviations) == (TokenType.OTHER, ())


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (kinds.START_SESSION, StartSession(UUID(int=1), OPERATOR, EMAID, "LOC1", "E1", "1", "ref-1")),
        (kinds.RESERVE_NOW, ReserveNow(UUID(int=1), OPERATOR, EMAID, NOON, "R1", "LOC1", "E1", "ref-1")),
    ],
)
def test_a_command_carries_its_token_whole(kind: Any, what: Any):
    written = adapter.write(kind, Asked(what, "https://emsp.example/answers/1"))
    assert (written.document["token"], written.losses) == (WIRE_TOKEN, ())
    read = adapter.read(kind, json.dumps(written.document), owner=OPERATOR).value
    assert (read.what.token, read.what.operator, read.response_url) == (EMAID, OPERATOR, "https://emsp.example/answers/1")


def test_so_does_the_answer_to_an_authorization():
    answer = AuthorizationInfo(Allowed.ALLOWED, EMAID, authorization_reference="ref-1")
    written = adapter.write(kinds.AUTHORIZATION_INFO, answer)
    assert written.document == {"allowed": "ALLOWED", "token": WIRE_TOKEN, "authorization_reference": "ref-1"}
    assert adapter.read(kinds.AUTHORIZATION_INFO, json.dumps(written.document)).value == answer


def credentials(**changes: Any) -> dict[str, Any]:
    role = {"role": "CPO", "business_details": {"name": "Greenfield"}, "party_id": "GRF", "country_code": "NL"}
    return {"token": "t0ken", "url": "https://hub.example/ocpi/versions", "roles": [role]} | changes


def test_a_hub_names_itself_and_lists_who_is_behind_it():
    read = adapter.read(kinds.CREDENTIALS, json.dumps(credentials(hub_party_id="nlhub")))
    greenfield = Party(OPERATOR, Role.CPO, "Greenfield")
    assert read.value == Credentials("t0ken", "https://hub.example/ocpi/versions", (greenfield,), HUB)
    assert read.deviations == ()
    assert adapter.write(kinds.CREDENTIALS, read.value).document == credentials(hub_party_id="NLHUB")


def test_a_hub_with_no_name_is_none():
    read = adapter.read(kinds.CREDENTIALS, json.dumps(credentials(hub_party_id="NL")))
    assert read.value.hub is None
    assert [(item.code.value, item.field, item.example) for item in read.deviations] == [("UNREADABLE", "/hub_party_id", "NL")]


def test_the_role_hub_of_2_2_1_becomes_the_name_of_the_hub():
    hub = {"role": "HUB", "business_details": {"name": "Hubbard"}, "party_id": "HUB", "country_code": "NL"}
    value = adapter_for("2.2.1", "default").read(kinds.CREDENTIALS, json.dumps(credentials(roles=[hub]))).value
    written = adapter.write(kinds.CREDENTIALS, value)
    assert written.document == credentials(roles=[], hub_party_id="NLHUB")
    assert written.losses == (Loss("/roles/*/business_details", "Hubbard"),)


def test_a_peer_that_still_has_the_role_is_a_hub_all_the_same():
    hub = {"role": "HUB", "business_details": {"name": "Hubbard"}, "party_id": "HUB", "country_code": "NL"}
    read = adapter.read(kinds.CREDENTIALS, json.dumps(credentials(roles=[hub])))
    assert read.value.hub == HUB
    assert [(item.code.value, item.field) for item in read.deviations] == [("UNKNOWN_VALUE", "/roles/*/role")]
