"""Charging profiles and preferences of a running session; credit CDRs afterwards."""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.conformance import problems
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import TinyEmsp

GARAGE = {"location_id": "UTR-002", "evse_uid": "UTR-002-1", "connector_id": "1"}
STREET = {"location_id": "UTR-001", "evse_uid": "UTR-001-1", "connector_id": "1"}
SLOW: dict[str, Any] = {
    "charging_rate_unit": "W",
    "charging_profile_period": [{"start_period": 0, "limit": Decimal("1000.0")}],
}


async def running(emsp: TinyEmsp, place: dict[str, str] = GARAGE) -> str:
    """The id of a session that charges."""
    await emsp.start(**place)
    await emsp.until(lambda: emsp.bodies("/2.2.1/sessions", method="PUT"))
    return str(emsp.bodies("/2.2.1/sessions", method="PUT")[0]["id"])


def profile_url(emsp: TinyEmsp, session_id: str) -> str:
    return f"{emsp.endpoints['chargingprofiles']}/{session_id}"


async def limit_to(emsp: TinyEmsp, session_id: str, profile: Any) -> Any:
    body = {"charging_profile": profile, "response_url": f"{emsp.url}/results/p1"}
    return (await emsp.call("PUT", profile_url(emsp, session_id), body)).json()["data"]


async def test_a_profile_is_accepted_reported_and_obeyed(cpo: Cpo, connected: TinyEmsp):
    session_id = await running(connected)
    response = await limit_to(connected, session_id, SLOW)
    assert (problems(response, "ChargingProfileResponse", "2.2.1"), response["result"]) == ([], "ACCEPTED")
    await connected.until(lambda: connected.bodies("/2.2.1/chargingprofiles"))
    assert connected.bodies("/results/p1") == [{"result": "ACCEPTED"}]
    active = connected.bodies("/2.2.1/chargingprofiles", method="PUT")[0]
    assert (problems(active, "ActiveChargingProfile", "2.2.1"), active["charging_profile"]) == ([], SLOW)

    before = len(connected.bodies("/2.2.1/sessions", method="PATCH"))
    await connected.until(lambda: len(connected.bodies("/2.2.1/sessions", method="PATCH")) > before + 20)
    await cpo.control(f"sessions/{session_id}/stop")
    cdr = await connected.cdr()
    spent = cdr["total_energy"] / cdr["total_time"]
    assert spent < Decimal("9"), "kW on average, of the 11 that the connector gives"


async def test_without_a_profile_nothing_is_announced(connected: TinyEmsp):
    session_id = await running(connected)
    url = f"{profile_url(connected, session_id)}?duration=900&response_url={connected.url}/results/g1"
    assert (await connected.call("GET", url)).json()["data"]["result"] == "ACCEPTED"
    await connected.until(lambda: connected.bodies("/results/g1"))
    result = connected.bodies("/results/g1")[0]
    assert problems(result, "ActiveChargingProfileResult", "2.2.1") == []
    assert result["profile"]["charging_profile"]["charging_profile_period"] == [{"start_period": 0, "limit": 11040}]
    assert connected.bodies("/2.2.1/chargingprofiles") == []


async def test_clearing_gives_the_station_its_power_back(connected: TinyEmsp):
    session_id = await running(connected)
    await limit_to(connected, session_id, SLOW)
    await connected.until(lambda: connected.bodies("/2.2.1/chargingprofiles"))
    url = f"{profile_url(connected, session_id)}?response_url={connected.url}/results/d1"
    assert (await connected.call("DELETE", url)).json()["data"]["result"] == "ACCEPTED"
    await connected.until(lambda: len(connected.bodies("/2.2.1/chargingprofiles")) == 2)
    assert connected.bodies("/results/d1") == [{"result": "ACCEPTED"}]
    last = connected.bodies("/2.2.1/chargingprofiles")[-1]
    assert last["charging_profile"]["charging_profile_period"][0]["limit"] == 11040


async def test_profiles_of_others_and_of_nobody_are_unknown(connected: TinyEmsp, other: TinyEmsp):
    session_id = await running(connected)
    assert (await limit_to(other, session_id, SLOW))["result"] == "UNKNOWN_SESSION"
    assert (await limit_to(connected, "none", SLOW))["result"] == "UNKNOWN_SESSION"


async def test_a_station_without_the_ability_says_so(connected: TinyEmsp):
    session_id = await running(connected, STREET)
    assert (await limit_to(connected, session_id, SLOW))["result"] == "NOT_SUPPORTED"
    url = f"{connected.endpoints['sessions']}/{session_id}/charging_preferences"
    answer = await connected.call("PUT", url, {"profile_type": "FAST"})
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2001)


@pytest.mark.parametrize(
    ("preferences", "result"),
    [
        ({"profile_type": "FAST"}, "ACCEPTED"),
        ({"profile_type": "CHEAP"}, "DEPARTURE_REQUIRED"),
        ({"profile_type": "GREEN", "departure_time": "2026-05-05T07:00:00Z"}, "ENERGY_NEED_REQUIRED"),
        ({"profile_type": "GREEN", "departure_time": "2026-05-05T07:00:00Z", "energy_need": 12.5}, "ACCEPTED"),
        ({"profile_type": "MAGIC"}, "PROFILE_TYPE_NOT_SUPPORTED"),
    ],
)
async def test_preferences(connected: TinyEmsp, preferences: dict[str, Any], result: str):
    session_id = await running(connected)
    url = f"{connected.endpoints['sessions']}/{session_id}/charging_preferences"
    assert (await connected.call("PUT", url, preferences)).json()["data"] == result


async def test_a_credit_takes_a_cdr_back_and_only_its_total_is_negative(cpo: Cpo, connected: TinyEmsp):
    await cpo.control("knobs", {"stop_after_kwh": 1})
    await connected.start(**GARAGE)
    original = await connected.cdr()
    told = await cpo.control(f"credit/cdr/{original['id']}?replace=true")
    _, credit, replacement = connected.bodies("/2.2.1/cdrs")
    assert (credit["id"], credit["credit"], credit["credit_reference_id"]) == (f"{original['id']}-C", True, original["id"])
    assert credit["total_cost"] == {"excl_vat": -original["total_cost"]["excl_vat"]}
    assert credit["total_energy_cost"] == original["total_energy_cost"]
    assert (replacement["total_cost"], told["cdr_id"]) == (original["total_cost"], replacement["id"])
    assert [problem for cdr in (credit, replacement) for problem in problems(cdr, "CDR", "2.2.1")] == []
    pulled = (await connected.call("GET", connected.endpoints["cdrs"])).json()["data"]
    assert [cdr["id"] for cdr in pulled] == [original["id"], credit["id"], replacement["id"]]


async def test_2_1_1_has_no_credits(cpo: Cpo, emsp: TinyEmsp):
    emsp.version, emsp.offers = "2.1.1", ("2.1.1",)
    invitation = await cpo.control("invite")
    await emsp.register_at(invitation["versions_url"], invitation["token"])
    await cpo.control("knobs", {"stop_after_kwh": 1})
    await emsp.start(**GARAGE)
    refused = await cpo.post(f"credit/cdr/{(await emsp.cdr())['id']}")
    assert (refused.status_code, "2.1.1" in refused.text) == (403, True)
