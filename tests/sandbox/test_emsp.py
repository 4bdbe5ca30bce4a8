"""The sandbox's provider against the sandbox's operator, in every version: two programs, nothing shared at run time."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from roamgrid.sandbox.emsp import EmspKnobs, EmspOptions, create_app
from roamgrid.sandbox.ocpi.quirks import Quirk, quirks_of
from tests.sandbox.conformance import problems
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import TinyEmsp, call
from tests.sandbox.serving import eventually, reserved_port, served

VERSIONS = ["2.1.1", "2.2.1", "2.3.0"]
GARAGE = {"location_id": "UTR-002", "evse_uid": "UTR-002-1"}
CARD = "04CAFE01"


@pytest.fixture
async def provider() -> AsyncIterator[Cpo]:
    """A provider that nobody knows yet; its control desk has the form of the operator's."""
    bound = reserved_port()
    app = create_app(EmspOptions(port=bound.getsockname()[1], page_limit=2, knobs=EmspKnobs()))
    async with served(app, bound) as url:
        yield Cpo(url)


async def connect(cpo: Cpo, provider: Cpo, version: str) -> str:
    """The provider's connection to the operator in a version."""
    await provider.control("knobs", {"versions": [version]})
    connection = await provider.control("register", await cpo.control("invite"))
    assert connection["version"] == version
    return str(connection["id"])


async def command(provider: Cpo, connection: str, name: str, **fields: Any) -> Any:
    return await provider.control("commands", {"connection": connection, "command": name, "fields": fields})


async def until_cdr(provider: Cpo) -> Any:
    async def has_cdr() -> object:
        return (await provider.state())["cdrs"]

    await eventually(has_cdr)
    return (await provider.state())["cdrs"][0]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_whole_charge(cpo: Cpo, provider: Cpo, version: str):
    connection = await connect(cpo, provider, version)
    await cpo.control("knobs", {"stop_after_kwh": 1})
    answered = await command(provider, connection, "START_SESSION", connector_id="1", **GARAGE)
    assert answered["data"]["result"] == "ACCEPTED"
    cdr = await until_cdr(provider)
    state = await provider.state()
    assert (problems(cdr, "CDR", version), cdr["total_energy"]) == ([], 1)
    assert state["results"][answered["reference"]] == [{"result": "ACCEPTED"}]
    assert [(item["status"], problems(item, "Session", version)) for item in state["sessions"]] == [("COMPLETED", [])]


@pytest.mark.parametrize("version", VERSIONS)
async def test_everything_can_be_pulled(cpo: Cpo, provider: Cpo, version: str):
    connection = await connect(cpo, provider, version)
    pulled = {
        module: await provider.control("pull", {"connection": connection, "module": module})
        for module in ("locations", "tariffs", "sessions", "cdrs")
    }
    whole = {"2.1.1": (8, 6)}.get(version, (14, 11))
    assert (pulled["locations"]["objects"], pulled["tariffs"]["objects"]) == whole
    assert (pulled["locations"]["pages"], pulled["sessions"]["objects"], pulled["cdrs"]["objects"]) == (-(-whole[0] // 5), 0, 0)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("allowed", "http"), [("ALLOWED", 200), ("BLOCKED", 403)])
async def test_a_card_is_asked_for(cpo: Cpo, provider: Cpo, version: str, allowed: str, http: int):
    await connect(cpo, provider, version)
    await provider.control("knobs", {"allowed": allowed})
    connection = (await cpo.state())["connections"][0]["id"]
    tapped = await cpo.post("rfid", GARAGE | {"connection": connection, "token_uid": CARD})
    assert tapped.status_code == http, tapped.text
    assert (await provider.state())["questions"][0]["uid"] == CARD


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_token_is_pushed_and_its_block_too(cpo: Cpo, provider: Cpo, version: str):
    connection = await connect(cpo, provider, version)
    always = {"connection": connection, "uid": CARD, "changes": {"whitelist": "ALWAYS"}}
    assert (await provider.control("tokens", always))["http"] == 201
    blocked = {"connection": connection, "uid": CARD, "changes": {"valid": False}}
    assert (await provider.control("tokens", blocked))["status_code"] == 1000
    operator_side = (await cpo.state())["connections"][0]["id"]
    tapped = await cpo.post("rfid", GARAGE | {"connection": operator_side, "token_uid": CARD})
    assert (tapped.status_code, (await provider.state())["questions"]) == (403, [])


async def test_an_unknown_card_is_404_with_2004(cpo: Cpo, provider: Cpo):
    await connect(cpo, provider, "2.2.1")
    connection = (await cpo.state())["connections"][0]["id"]
    tapped = await cpo.post("rfid", GARAGE | {"connection": connection, "token_uid": "NOBODY"})
    assert "HTTP 404, status_code 2004" in tapped.text


@pytest.mark.parametrize("start", VERSIONS)
async def test_a_connection_moves_and_the_next_charge_is_told_in_the_new_version(cpo: Cpo, provider: Cpo, start: str):
    end = "2.3.0" if start != "2.3.0" else "2.1.1"
    connection = await connect(cpo, provider, start)
    await provider.control("knobs", {"versions": VERSIONS})
    moved = await provider.control("connections/renew", {"connection": connection, "version": end})
    assert moved["version"] == (await cpo.state())["connections"][0]["version"] == end
    await cpo.control("knobs", {"stop_after_kwh": 1})
    await command(provider, connection, "START_SESSION", connector_id="1", **GARAGE)
    assert problems(await until_cdr(provider), "CDR", end) == []


async def test_tokens_are_listed_in_pages_and_fit_the_version(cpo: Cpo, provider: Cpo):
    """An operator that knows nothing but the invitation, seen from outside."""
    invitation = await provider.control("invite")
    await cpo.control("knobs", {"versions": ["2.1.1"]})
    await cpo.control("register", invitation)
    connection = (await provider.state())["connections"][0]
    assert (connection["version"], connection["roles"][0]["role"]) == ("2.1.1", "CPO")
    tokens = (await provider.state())["tokens"]
    assert [item["type"] for item in tokens] == ["RFID", "RFID", "RFID", "APP_USER"]
    assert (await call("GET", f"{provider.url}/ocpi/2.1.1/tokens", "guess")).status_code == 401


@pytest.fixture
async def tiny_cpo(provider: Cpo) -> AsyncIterator[TinyEmsp]:
    """An operator written from the protocol alone, connected with the provider in 2.2.1."""
    bound = reserved_port()
    tiny = TinyEmsp(f"http://127.0.0.1:{bound.getsockname()[1]}", role="CPO", party_id="DOM")
    async with served(tiny.app(), bound):
        invitation = await provider.control("invite")
        assert (await tiny.register_at(invitation["versions_url"], invitation["token"]))["status_code"] == 1000
        yield tiny


async def post_cdr(tiny: TinyEmsp, cdr_id: str, **changes: Any) -> httpx.Response:
    cdr = {"country_code": "NL", "party_id": "DOM", "id": cdr_id, "total_cost": {"excl_vat": 3}}
    return await tiny.call("POST", tiny.endpoints["cdrs"], cdr | changes)


async def cdr_location(provider: Cpo, tiny: TinyEmsp, cdr_id: str) -> Any:
    answer = await post_cdr(tiny, cdr_id)
    told = answer.headers.get("Location"), answer.json().get("data")
    return tuple(text and text.replace(provider.url, "HOST") for text in told)


async def refusal(provider: Cpo, tiny: TinyEmsp, _: str) -> Any:
    await provider.control("knobs", {"allowed": "BLOCKED"})
    answer = await tiny.call("POST", f"{tiny.endpoints['tokens']}/{CARD}/authorize")
    return answer.status_code, answer.json()["data"]["allowed"]


async def negative(_: Cpo, tiny: TinyEmsp, cdr_id: str) -> Any:
    return (await post_cdr(tiny, cdr_id, total_cost={"excl_vat": -3})).json()["status_code"]


async def response_urls(provider: Cpo, tiny: TinyEmsp, _: str) -> Any:
    """How many of them two commands have."""
    connection = (await provider.state())["connections"][0]["id"]
    tiny.received.clear()
    for _second in range(2):
        await command(provider, connection, "UNLOCK_CONNECTOR", connector_id="1", **GARAGE)
    return len({push.body["response_url"] for push in tiny.received})


HABITS: dict[Quirk, tuple[Any, Any, Any]] = {
    Quirk.RELATIVE_CDR_LOCATION: (cdr_location, ("HOST/ocpi/2.2.1/cdrs/A", None), ("/ocpi/2.2.1/cdrs/B", None)),
    Quirk.CDR_URL_IN_BODY: (cdr_location, ("HOST/ocpi/2.2.1/cdrs/A", None), (None, "HOST/ocpi/2.2.1/cdrs/B")),
    Quirk.HTTP_403_FOR_REFUSED: (refusal, (200, "BLOCKED"), (403, "BLOCKED")),
    Quirk.REFUSES_NEGATIVE_TOTALS: (negative, 1000, 2001),
    Quirk.SHARED_RESPONSE_URL: (response_urls, 2, 1),
}


@pytest.mark.parametrize("quirk", HABITS)
async def test_a_habit_of_providers(provider: Cpo, tiny_cpo: TinyEmsp, quirk: Quirk):
    ask, honest, habitual = HABITS[quirk]
    assert await ask(provider, tiny_cpo, "A") == honest
    await provider.control("knobs", {"quirks": [quirk]})
    assert await ask(provider, tiny_cpo, "B") == habitual


def test_no_habit_that_only_providers_have_is_without_proof():
    assert {about.name for about in quirks_of("emsp") if "cpo" not in about.sides} == set(HABITS)


async def test_a_cdr_counts_once_and_other_content_under_its_id_is_refused(provider: Cpo, tiny_cpo: TinyEmsp):
    first, again = await post_cdr(tiny_cpo, "A"), await post_cdr(tiny_cpo, "A")
    other = await post_cdr(tiny_cpo, "A", total_cost={"excl_vat": 4})
    assert (first.status_code, again.status_code, other.json()["status_code"]) == (201, 200, 2001)
    shown = await tiny_cpo.call("GET", first.headers["Location"])
    assert shown.json()["data"]["total_cost"] == {"excl_vat": 3}


async def test_tokens_come_in_pages_that_fit(tiny_cpo: TinyEmsp):
    seen: list[Any] = []
    following = tiny_cpo.endpoints["tokens"]
    while following:
        answer = await tiny_cpo.call("GET", following)
        seen += answer.json()["data"]
        following = answer.links.get("next", {}).get("url", "")
    assert [problem for item in seen for problem in problems(item, "Token", "2.2.1")] == []
    assert len({item["uid"] for item in seen}) == len(seen) == 4


async def test_sessions_and_places_are_merged_as_they_are_told(provider: Cpo, tiny_cpo: TinyEmsp):
    session = f"{provider.url}/ocpi/2.2.1/sessions/NL/DOM/S1"
    stamp = {"last_updated": "2026-05-04T10:00:00Z"}
    periods = [{"start_date_time": f"2026-05-04T1{hour}:00:00Z", "dimensions": []} for hour in (0, 1)]
    assert (await tiny_cpo.call("PATCH", session, {"kwh": 1} | stamp)).status_code == 404
    await tiny_cpo.call("PUT", session, {"id": "S1", "kwh": 0, "charging_periods": periods[:1]} | stamp)
    await tiny_cpo.call("PATCH", session, {"kwh": 1, "charging_periods": periods[1:]} | stamp)
    assert (await tiny_cpo.call("PATCH", session, {"kwh": 2})).json()["status_code"] == 2001
    [known] = (await provider.state())["sessions"]
    assert (known["kwh"], known["charging_periods"]) == (1, periods)
    strange = await tiny_cpo.call("PUT", session.replace("/DOM/", "/XXX/"), {"id": "S1"} | stamp)
    assert strange.status_code == 404


async def test_an_evse_is_replaced_and_its_status_patched(provider: Cpo, tiny_cpo: TinyEmsp):
    place = f"{provider.url}/ocpi/2.2.1/locations/NL/DOM/L1"
    stamp = {"last_updated": "2026-05-04T10:00:00Z"}
    evse = {"uid": "E1", "status": "AVAILABLE", "connectors": [{"id": "1"}]} | stamp
    await tiny_cpo.call("PUT", place, {"id": "L1", "evses": [evse]} | stamp)
    await tiny_cpo.call("PUT", f"{place}/E2", evse | {"uid": "E2"})
    await tiny_cpo.call("PATCH", f"{place}/E1", {"status": "CHARGING"} | stamp)
    shown = (await tiny_cpo.call("GET", place)).json()["data"]
    assert {item["uid"]: item["status"] for item in shown["evses"]} == {"E1": "CHARGING", "E2": "AVAILABLE"}
    assert (await tiny_cpo.call("GET", f"{place}/E1/1")).json()["data"] == {"id": "1"}
    assert (await tiny_cpo.call("GET", f"{place}/E9")).status_code == 404
