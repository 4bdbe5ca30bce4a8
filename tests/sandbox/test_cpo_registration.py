"""Handshakes in both directions, and what happens without one."""

from roamgrid.kernel.json import loads
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import TinyEmsp, call
from tests.sandbox.serving import eventually


async def test_a_provider_takes_up_our_invitation(cpo: Cpo, emsp: TinyEmsp):
    invitation = await cpo.control("invite")
    answer = await emsp.register_at(invitation["versions_url"], invitation["token"])

    assert answer["status_code"] == 1000
    assert [(role["role"], role["country_code"], role["party_id"]) for role in answer["data"]["roles"]] == [
        ("CPO", "NL", "DOM"),
        ("CPO", "NL", "RYN"),
    ]
    assert [role["business_details"]["name"] for role in answer["data"]["roles"]] == ["Domstroom", "Rijnlaad"]
    assert [item["roles"][0]["party_id"] for item in (await cpo.state())["connections"]] == ["TST"]


async def test_we_take_up_a_providers_invitation(cpo: Cpo, emsp: TinyEmsp):
    connection = await cpo.control("register", {"versions_url": f"{emsp.url}/versions", "token": emsp.token_for_us})

    assert connection["roles"][0]["party_id"] == "TST"
    assert (await emsp.call("GET", emsp.endpoints["tariffs"])).status_code == 200


async def test_an_invitation_works_once(cpo: Cpo, emsp: TinyEmsp):
    invitation = await cpo.control("invite")
    await emsp.register_at(invitation["versions_url"], invitation["token"])
    assert (await call("GET", invitation["versions_url"], invitation["token"])).status_code == 401


async def test_an_invitation_opens_versions_but_no_module(cpo: Cpo):
    token_a = (await cpo.control("invite"))["token"]
    assert (await call("GET", f"{cpo.url}/ocpi/versions", token_a)).status_code == 200
    assert (await call("GET", f"{cpo.url}/ocpi/2.2.1/locations", token_a)).status_code == 401
    assert (await call("PUT", f"{cpo.url}/ocpi/2.2.1/credentials", token_a, {})).status_code == 405


async def test_a_provider_that_cannot_be_called_back_is_refused_and_may_try_again(cpo: Cpo, emsp: TinyEmsp):
    invitation = await cpo.control("invite")
    dead = emsp.credentials("b") | {"url": "http://127.0.0.1:1/versions"}
    answer = await call("POST", f"{cpo.url}/ocpi/2.2.1/credentials", invitation["token"], dead)
    assert loads(answer.content)["status_code"] == 3001
    assert (await emsp.register_at(invitation["versions_url"], invitation["token"]))["status_code"] == 1000


async def test_put_gives_a_new_token_and_closes_the_old_one(connected: TinyEmsp):
    old = connected.token_for_them
    answer = await connected.call("PUT", connected.endpoints["credentials"], connected.credentials("token-b-of-the-test"))
    new = loads(answer.content)["data"]["token"]
    assert new != old
    assert (await call("GET", connected.endpoints["credentials"], old)).status_code == 401
    assert loads((await call("GET", connected.endpoints["credentials"], new)).content)["data"]["token"] == new


async def test_delete_ends_the_connection(cpo: Cpo, connected: TinyEmsp):
    assert (await connected.call("DELETE", connected.endpoints["credentials"])).status_code == 200
    assert (await connected.call("GET", connected.endpoints["locations"])).status_code == 401
    assert (await cpo.state())["connections"] == []


async def test_posting_credentials_twice_is_not_allowed(connected: TinyEmsp):
    again = await connected.call("POST", connected.endpoints["credentials"], connected.credentials("x"))
    assert again.status_code == 405


async def test_raw_tokens_are_understood_too(connected: TinyEmsp):
    raw = await connected.call("GET", connected.endpoints["tariffs"], Authorization=f"Token {connected.token_for_them}")
    assert raw.status_code == 200


async def test_every_answer_is_an_envelope_with_our_request_ids(connected: TinyEmsp, cpo: Cpo):
    for url, http in ((f"{cpo.url}/nowhere", 404), (connected.endpoints["locations"], 200)):
        answer = await connected.call("GET", url, X_Request_ID="req-1", X_Correlation_ID="cor-1")
        assert answer.status_code == http
        assert "status_code" in loads(answer.content)
        assert (answer.headers["X-Request-ID"], answer.headers["X-Correlation-ID"]) == ("req-1", "cor-1")


async def test_incomplete_credentials_name_the_missing_field(cpo: Cpo):
    token_a = (await cpo.control("invite"))["token"]
    answer = await call("POST", f"{cpo.url}/ocpi/2.2.1/credentials", token_a, {"token": "b", "roles": []})
    envelope = loads(answer.content)
    assert (envelope["status_code"], "url" in envelope["status_message"]) == (2001, True)


async def test_a_provider_that_left_hears_nothing_more(cpo: Cpo, connected: TinyEmsp):
    await connected.start(location_id="UTR-001", evse_uid="UTR-001-1")
    await connected.until(lambda: connected.bodies("/2.2.1/sessions"))
    await connected.call("DELETE", connected.endpoints["credentials"])
    session_id = connected.bodies("/2.2.1/sessions")[0]["id"]
    heard = len(connected.received)
    await cpo.control(f"sessions/{session_id}/stop")

    async def completed() -> bool:
        return bool((await cpo.state())["cdrs"])

    await eventually(completed)
    assert len(connected.received) - heard <= 1, "at most the update that was under way"
