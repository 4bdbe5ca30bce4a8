"""Commands that cannot be carried out, and cards at the reader."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from roamgrid.kernel.json import dumps
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import CARD, TOKEN, TinyEmsp, call

STREET = {"location_id": "UTR-001", "evse_uid": "UTR-001-1", "connector_id": "1"}
TAP = {"location_id": "ARN-001", "evse_uid": "ARN-001-1", "token_uid": CARD["uid"]}


async def test_an_unknown_location_is_2003(connected: TinyEmsp):
    assert (await connected.start(location_id="NOWHERE"))["status_code"] == 2003


@pytest.mark.parametrize("wrong", [{"evse_uid": "UTR-001-9"}, {"connector_id": "9"}])
async def test_an_unknown_evse_or_connector_is_rejected_with_a_message(connected: TinyEmsp, wrong: dict[str, str]):
    answer = (await connected.start(**(STREET | wrong)))["data"]
    assert (answer["result"], "UTR-001" in answer["message"][0]["text"]) == ("REJECTED", True)


async def test_a_token_of_somebody_else_is_rejected(connected: TinyEmsp):
    answer = await connected.command("START_SESSION", "r1", token=TOKEN | {"party_id": "XXX"}, **STREET)
    assert answer["data"]["result"] == "REJECTED"


async def test_the_back_end_of_a_roaming_platform_takes_anybodys_tokens(cpo: Cpo, connected: TinyEmsp):
    await cpo.control("knobs", {"foreign_tokens": True})
    answer = await connected.command("START_SESSION", "r1", token=TOKEN | {"party_id": "XXX"}, **STREET)
    assert answer["data"]["result"] == "ACCEPTED"


async def test_a_command_without_token_names_the_field(connected: TinyEmsp):
    answer = await connected.command("START_SESSION", "r1", **STREET)
    assert (answer["status_code"], "token" in answer["status_message"]) == (2001, True)


async def test_the_second_car_finds_the_evse_occupied(connected: TinyEmsp):
    await connected.start("first", **STREET)
    await connected.until(lambda: connected.bodies("/results/first"))
    await connected.start("second", **STREET)
    await connected.until(lambda: connected.bodies("/results/second"))
    assert connected.bodies("/results/first")[0]["result"] == "ACCEPTED"
    assert connected.bodies("/results/second")[0]["result"] == "EVSE_OCCUPIED"


def has_results(emsp: TinyEmsp, count: int) -> bool:
    return len(emsp.bodies("/results")) == count


async def test_without_an_evse_a_free_one_is_taken(connected: TinyEmsp):
    for count, name in enumerate(("first", "second", "third"), start=1):
        await connected.start(name, location_id="UTR-001")
        await connected.until(partial(has_results, connected, count))
    results = [connected.bodies(f"/results/{name}")[0]["result"] for name in ("first", "second", "third")]
    assert results == ["ACCEPTED", "ACCEPTED", "EVSE_OCCUPIED"]


async def test_only_a_running_session_of_ours_can_be_stopped(connected: TinyEmsp):
    assert (await connected.command("STOP_SESSION", "r1", session_id="none"))["data"]["result"] == "UNKNOWN_SESSION"


async def test_a_command_that_does_not_exist_has_no_address(connected: TinyEmsp):
    assert (await connected.command("OPEN_SESAME", "r1"))["status_code"] == 2000


async def test_commands_need_a_token(cpo: Cpo):
    answer = await call("POST", f"{cpo.url}/ocpi/2.2.1/commands/START_SESSION", "guess", {})
    assert answer.status_code == 401


async def tap(cpo: Cpo, **changes: Any) -> Any:
    connection = (await cpo.state())["connections"][0]["id"]
    return await cpo.post("rfid", TAP | {"connection": connection} | changes)


async def test_a_card_is_authorised_in_real_time_and_its_reference_comes_back(cpo: Cpo, connected: TinyEmsp):
    await cpo.control("knobs", {"stop_after_kwh": 1})
    assert (await tap(cpo)).json()["auth_method"] == "AUTH_REQUEST"
    cdr = await connected.cdr()
    assert (cdr["auth_method"], cdr["authorization_reference"]) == ("AUTH_REQUEST", "AUTH-7")
    assert cdr["cdr_token"]["uid"] == CARD["uid"]
    assert connected.bodies("/2.2.1/tokens") == [{"location_id": "ARN-001", "evse_uids": ["ARN-001-1"]}]


async def test_a_blocked_card_does_not_charge(cpo: Cpo, connected: TinyEmsp):
    connected.allowed = "BLOCKED"
    refused = await tap(cpo)
    assert (refused.status_code, refused.json()) == (403, {"error": "BLOCKED"})
    assert (await cpo.state())["sessions"] == []


async def test_a_whitelisted_card_charges_without_a_question(cpo: Cpo, connected: TinyEmsp):
    url = f"{connected.endpoints['tokens']}/NL/TST/{CARD['uid']}"
    assert (await connected.call("PUT", url, CARD | {"whitelist": "ALWAYS"})).status_code == 201
    assert (await tap(cpo)).json()["auth_method"] == "WHITELIST"
    assert connected.bodies("/2.2.1/tokens") == []


async def test_a_whitelisted_card_that_became_invalid_is_refused(cpo: Cpo, connected: TinyEmsp):
    url = f"{connected.endpoints['tokens']}/NL/TST/{CARD['uid']}"
    await connected.call("PUT", url, CARD | {"whitelist": "ALWAYS"})
    stamp = {"last_updated": "2026-05-02T10:00:00Z"}
    assert (await connected.call("PATCH", url, {"valid": False} | stamp)).status_code == 200
    assert (await connected.call("GET", url)).json()["data"]["valid"] is False
    assert (await tap(cpo)).status_code == 403


async def test_tokens_of_other_parties_are_not_ours_to_keep(connected: TinyEmsp):
    url = f"{connected.endpoints['tokens']}/NL/XXX/{CARD['uid']}"
    assert (await connected.call("PUT", url, CARD | {"party_id": "XXX"})).status_code == 404


async def test_a_token_patch_needs_last_updated(connected: TinyEmsp):
    url = f"{connected.endpoints['tokens']}/NL/TST/{CARD['uid']}"
    await connected.call("PUT", url, CARD)
    assert (await connected.call("PATCH", url, {"valid": False})).json()["status_code"] == 2001


async def test_a_wrong_knob_is_named(cpo: Cpo):
    for wrong in ({"sped": 2}, {"lost": 2}):
        answer = await cpo.post("knobs", wrong)
        assert (answer.status_code, next(iter(wrong)) in answer.text) == (400, True)


async def test_a_broken_station_does_not_start(cpo: Cpo, connected: TinyEmsp, tmp_path: Path):
    location = (await connected.call("GET", f"{connected.endpoints['locations']}/ARN-001")).json()["data"]
    location["evses"][0]["status"] = "OUTOFORDER"
    (tmp_path / "broken.json").write_bytes(dumps([location]))
    await cpo.control("network", {"locations": str(tmp_path / "broken.json")})

    await connected.start(location_id="ARN-001", evse_uid="ARN-001-1")
    await connected.until(lambda: connected.bodies("/results/r1"))
    assert connected.bodies("/results/r1")[0]["result"] == "EVSE_INOPERATIVE"
    assert (await tap(cpo)).status_code == 403
