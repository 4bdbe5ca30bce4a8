"""What holds for every module: who may come in, how answers look, what happens to what is not understood."""

from base64 import b64encode
from datetime import datetime

import pytest

from tests.conftest import Brands
from tests.ocpi.inbound.wire import OWNER, location
from tests.ocpi.inbound.world import Partner, World


async def test_an_answer_is_an_envelope_with_a_utc_timestamp(cpo: Partner):
    answer = await cpo.call("GET", "tokens")
    body = answer.json()
    assert (answer.status_code, body["status_code"], body["status_message"], body["data"]) == (200, 1000, "Success", [])
    assert body["timestamp"].endswith("Z")
    assert datetime.fromisoformat(body["timestamp"]).utcoffset() is not None


@pytest.mark.parametrize("header", [None, "Token", "Token nobodys-token", "Bearer x", "Token %%%not-base64%%%", "Basic dTpw"])
async def test_a_missing_or_unknown_token_is_401(world: World, cpo: Partner, header: str | None):
    headers = {} if header is None else {"Authorization": header}
    answer = await world.http.get("/ocpi/voltara/2.2.1/tokens", headers=headers)
    assert (answer.status_code, answer.json()["status_code"]) == (401, 2000)
    assert answer.headers["www-authenticate"] == "Token"


async def test_a_token_of_another_brand_is_401(world: World, cpo: Partner, other: Partner):
    stranger = Partner(world.http, "voltara", other.token, other.id)
    answer = await stranger.call("PUT", f"locations/{OWNER}/LOC1", location())
    assert answer.status_code == 401


async def test_an_unknown_brand_is_404(world: World, cpo: Partner):
    answer = await Partner(world.http, "nobody", cpo.token, cpo.id).call("GET", "tokens")
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2000)


def _encodings(token: str) -> list[str]:
    return [token, b64encode(token.encode()).decode(), b64encode(f"{token}\n".encode()).decode()]


@pytest.mark.parametrize("form", [0, 1, 2], ids=["raw", "base64", "base64-with-newline"])
@pytest.mark.parametrize("path", ["tokens", "tokens/04A1B2C3/authorize"])
async def test_a_token_is_known_raw_and_encoded(world: World, cpo: Partner, form: int, path: str):
    headers = {"Authorization": f"token {_encodings(cpo.token)[form]}"}
    method = "GET" if path == "tokens" else "POST"
    answer = await world.http.request(method, f"/ocpi/voltara/2.2.1/{path}", headers=headers)
    assert answer.json()["status_code"] == (1000 if path == "tokens" else 2004)


async def test_request_ids_come_back_and_routing_headers_come_back_swapped(cpo: Partner):
    answer = await cpo.call(
        "GET",
        "tokens",
        X_Request_ID="r-1",
        X_Correlation_ID="c-1",
        OCPI_from_country_code="NL",
        OCPI_from_party_id="GRF",
        OCPI_to_country_code="NL",
        OCPI_to_party_id="VLT",
    )
    assert (answer.headers["x-request-id"], answer.headers["x-correlation-id"]) == ("r-1", "c-1")
    assert (answer.headers["ocpi-to-country-code"], answer.headers["ocpi-to-party-id"]) == ("NL", "GRF")
    assert (answer.headers["ocpi-from-country-code"], answer.headers["ocpi-from-party-id"]) == ("NL", "VLT")


async def test_credentials_carry_no_routing_headers(cpo: Partner):
    answer = await cpo.call("GET", "credentials", OCPI_from_country_code="NL", OCPI_from_party_id="GRF")
    assert not [name for name in answer.headers if name.startswith("ocpi-")]


async def test_a_trailing_slash_changes_nothing_and_nobody_is_redirected(cpo: Partner):
    for path in ("tokens", "tokens/"):
        assert (await cpo.call("GET", path)).status_code == 200
    for path in (f"locations/{OWNER}/LOC1/", f"locations/{OWNER}/LOC1"):
        assert (await cpo.call("PUT", path, location())).json()["status_code"] == 1000


async def test_a_method_that_is_not_offered_is_405_and_names_those_that_are(cpo: Partner):
    answer = await cpo.call("POST", f"locations/{OWNER}/LOC1", location())
    assert answer.status_code == 405
    assert answer.json()["status_message"] == "POST is not offered here, only GET, PATCH, PUT"


async def test_an_address_that_is_not_ours_is_404(cpo: Partner):
    for path in ("chargingprofiles", "locations/NL", f"locations/{OWNER}/a/b/c/d"):
        answer = await cpo.call("GET", path)
        assert (answer.status_code, answer.json()["status_code"]) == (404, 2000), path


BROKEN = {
    "truncated": b'{"country_code": "NL", "party_id": ',
    "empty": b"",
    "html": b"<html></html>",
    "nested beyond reason": b"[" * 100_000,
    "closed deep nesting": b"[" * 100_000 + b"]" * 100_000,
    "not utf-8": b'{"id": "\xff\xfe"}',
    "two values": b"{} {}",
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", f"locations/{OWNER}/LOC1"),
        ("PATCH", f"locations/{OWNER}/LOC1/E1"),
        ("PUT", f"tariffs/{OWNER}/T1"),
        ("PUT", f"sessions/{OWNER}/S1"),
        ("PATCH", f"sessions/{OWNER}/S1"),
        ("POST", "cdrs"),
        ("POST", "commands/START_SESSION/00000000-0000-7000-8000-000000000001"),
        ("PUT", "credentials"),
    ],
)
async def test_a_body_that_is_not_json_is_400(cpo: Partner, name: str, method: str, path: str):
    answer = await cpo.call(method, path, BROKEN[name])
    assert (answer.status_code, answer.json()["status_code"]) == (400, 2000)
    assert answer.json()["status_message"] == "the body is not JSON that can be read"


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"text"'])
async def test_json_that_is_no_object_is_2001(cpo: Partner, body: bytes):
    for method, path in (("PUT", f"sessions/{OWNER}/S1"), ("PATCH", f"locations/{OWNER}/LOC1"), ("POST", "cdrs")):
        answer = await cpo.call(method, path, body)
        assert (answer.status_code, answer.json()["status_code"]) == (200, 2001)


async def test_a_body_over_four_megabytes_is_refused_before_it_is_read(cpo: Partner):
    answer = await cpo.call("PUT", f"locations/{OWNER}/LOC1", b" " * (4 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["status_code"]) == (413, 2000)


async def test_a_party_that_is_not_the_callers_is_404(world: World, brands: Brands, cpo: Partner):
    for method, path in (
        ("PUT", "locations/NL/XYZ/LOC1"),
        ("GET", "locations/NL/XYZ/LOC1"),
        ("PUT", "tariffs/DE/GRF/T1"),
        ("DELETE", "tariffs/DE/GRF/T1"),
        ("PUT", "sessions/NL/XYZ/S1"),
        ("PATCH", "sessions/NL/XYZ/S1"),
        ("POST", "cdrs/NL/XYZ"),
    ):
        answer = await cpo.call(method, path, location(party_id="XYZ"))
        assert (answer.status_code, answer.json()["status_code"]) == (404, 2000), path
    assert await world.rows(brands.voltara, "select 1 from location") == []


async def test_party_ids_in_the_path_compare_without_case(cpo: Partner):
    answer = await cpo.call("PUT", "locations/nl/grf/LOC1", location(country_code="nl", party_id="grf"))
    assert answer.json()["status_code"] == 1000
    assert (await cpo.call("GET", f"locations/{OWNER}/LOC1")).json()["status_code"] == 1000


async def test_an_id_with_a_slash_is_one_segment(cpo: Partner):
    assert (await cpo.call("PUT", f"locations/{OWNER}/A%2FB", location("A/B"))).status_code == 201
    assert (await cpo.call("GET", f"locations/{OWNER}/A%2FB")).json()["data"]["id"] == "A/B"


async def test_a_refused_object_is_kept_and_counted(world: World, brands: Brands, cpo: Partner):
    body = location(coordinates="somewhere")
    answer = await cpo.call("PUT", f"locations/{OWNER}/LOC1", body, X_Request_ID="r-7")
    assert (answer.status_code, answer.json()["status_code"]) == (200, 2001)
    assert answer.json()["status_message"].startswith("/coordinates: ")
    kept = await world.rows(brands.voltara, "select module, method, request_id, outcome, body from ocpi_inbound")
    assert [(row["module"], row["method"], row["request_id"], row["outcome"]) for row in kept] == [
        ("locations", "PUT", "r-7", "refused")
    ]
    assert b'"somewhere"' in bytes(kept[0]["body"])
    counted = await world.rows(brands.voltara, "select code, field, count from ocpi_deviation where code = 'REFUSED'")
    assert [(row["code"], row["field"], row["count"]) for row in counted] == [("REFUSED", "/coordinates", 1)]
    assert await world.rows(brands.kilowind, "select 1 from ocpi_inbound") == []
