"""Partners' commands, profiles and preferences at our own stations: passed on to our back end, answered, told later."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from roamgrid.ocpi.versions import SPEECHES
from tests.ocpi import objects
from tests.ocpi.deferred.chain import RESULT, Chain, open_chain
from tests.ocpi.inbound import wire
from tests.ocpi.outbound.partner import Answering, FakePartner, ok, refusal, running_partner

OURS = {"country_code": "NL", "party_id": "VLT"}
SMART = ["REMOTE_START_STOP_CAPABLE", "CHARGING_PROFILE_CAPABLE", "CHARGING_PREFERENCES_CAPABLE"]
PROFILE = {"charging_rate_unit": "W", "charging_profile_period": [{"start_period": 0, "limit": 1000.5}]}


@pytest.fixture
async def back_end() -> AsyncIterator[FakePartner]:
    async with running_partner() as partner:
        yield partner


@pytest.fixture
async def roamer() -> AsyncIterator[FakePartner]:
    async with running_partner() as partner:
        yield partner


def speaking(*versions: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("chain", versions, indirect=True)


@pytest.fixture
async def chain(request, database, brands, back_end, roamer) -> AsyncIterator[Chain]:
    """Voltara's station LOC1 with charging point E1; the provider speaks the version that the test names."""
    async with open_chain(database, brands.voltara, back_end, roamer, getattr(request, "param", "2.2.1")) as chain:
        body = objects.location(**OURS, evses=[objects.evse(capabilities=SMART)])
        assert (await chain.ours.call("PUT", "locations/NL/VLT/LOC1", body)).status_code == 201
        yield chain


def token(version: str = "2.2.1", **changes: Any) -> dict[str, Any]:
    """The provider's."""
    common = {"uid": "R1", "issuer": "Roamer", "valid": True, "whitelist": "NEVER", "last_updated": "2026-06-01T12:00:00Z"}
    if version == "2.1.1":
        return {**common, "type": "RFID", "auth_id": "BE-RMR-C1", **changes}
    return {**common, "country_code": "BE", "party_id": "RMR", "type": "RFID", "contract_id": "BE-RMR-C1", **changes}


def session(session_id: str = "S1", **changes: Any) -> dict[str, Any]:
    mine = wire.cdr_token(country_code="BE", party_id="RMR", uid="R1", contract_id="BE-RMR-C1")
    return wire.session(session_id, **OURS, cdr_token=mine, **changes)


def accepts(back_end: FakePartner, *names: str) -> None:
    for name in names:
        back_end.script[f"/commands/{name}"] = [ok({"result": "ACCEPTED", "timeout": 30})]


@speaking(*SPEECHES)
async def test_a_partner_starts_a_charge_at_our_station(chain: Chain):
    accepts(chain.back_end, "START_SESSION")
    answer = await chain.ask("START_SESSION", token=token(chain.provider.version), location_id="LOC1", evse_uid="E1")
    assert (answer["status_code"], answer["data"]["result"]) == (1000, "ACCEPTED")
    asked = await chain.passed_on()
    assert (asked.path, asked.body["location_id"], asked.body["evse_uid"]) == ("/commands/START_SESSION", "LOC1", "E1")
    assert (asked.body["token"]["uid"], asked.body["token"]["party_id"]) == ("R1", "RMR"), "a guest's, whom we do not check"
    assert (asked.headers["ocpi-from-party-id"], asked.headers["ocpi-to-party-id"]) == ("VLT", "VLT")
    for _ in range(2):
        assert (await chain.station_says({"result": "ACCEPTED"})).status_code == 200
    assert await chain.deliver() == 1, "the same word again is a repeat"
    assert [one["result"] for one in chain.told()] == ["ACCEPTED"]
    await chain.deliver()
    assert len(chain.told()) == 1, "told once, however often the event comes"


async def test_the_stations_reason_reaches_the_partner_in_its_version(chain: Chain):
    accepts(chain.back_end, "UNLOCK_CONNECTOR")
    await chain.ask("UNLOCK_CONNECTOR", location_id="LOC1", evse_uid="E1", connector_id="1")
    await chain.station_says({"result": "EVSE_INOPERATIVE", "message": [{"language": "en", "text": "stuck"}]})
    await chain.deliver()
    assert chain.told() == [{"result": "EVSE_INOPERATIVE", "message": [{"language": "en", "text": "stuck"}]}]


@speaking("2.1.1")
async def test_2_1_1_hears_the_nearest_word_and_knows_no_canceling(chain: Chain):
    accepts(chain.back_end, "RESERVE_NOW")
    fields = {"token": token("2.1.1"), "expiry_date": "2026-12-01T12:00:00Z", "location_id": "LOC1", "evse_uid": "E1"}
    answer = await chain.ask("RESERVE_NOW", reservation_id=7, **fields)
    assert answer["data"] == {"result": "ACCEPTED"}
    await chain.station_says({"result": "EVSE_OCCUPIED"})
    await chain.deliver()
    assert chain.told() == [{"result": "REJECTED"}]
    answer = await chain.provider.call(
        "POST", "cpo/commands/CANCEL_RESERVATION", {"response_url": "https://x.test/1", "reservation_id": 7}
    )
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2000)


@speaking("2.2.1", "2.3.0")
async def test_a_reservation_keeps_its_own_number_towards_our_back_end(chain: Chain):
    accepts(chain.back_end, "RESERVE_NOW", "CANCEL_RESERVATION")
    fields = {"token": token(), "expiry_date": "2026-12-01T12:00:00Z", "location_id": "LOC1", "evse_uid": "E1"}
    await chain.ask("RESERVE_NOW", reservation_id="theirs", **fields)
    reserve = await chain.passed_on()
    assert reserve.body["reservation_id"].isdigit(), "other partners' reservations may be called the same"
    chain.back_end.script["/commands/RESERVE_NOW"] = [ok({"result": "ACCEPTED", "timeout": 30})]
    await chain.ask("RESERVE_NOW", reservation_id="theirs", **{**fields, "expiry_date": "2026-12-01T13:00:00Z"})
    assert (await chain.passed_on()).body["reservation_id"] == reserve.body["reservation_id"], "it was changed"
    await chain.ask("CANCEL_RESERVATION", reservation_id="THEIRS")
    assert (await chain.passed_on()).body["reservation_id"] == reserve.body["reservation_id"]
    await chain.station_says({"result": "ACCEPTED"}, reserve)
    await chain.station_says({"result": "CANCELED_RESERVATION"}, reserve)
    await chain.deliver()
    assert [one["result"] for one in chain.told()] == ["ACCEPTED", "CANCELED_RESERVATION"]
    answer = await chain.ask("CANCEL_RESERVATION", reservation_id="another")
    assert answer["data"]["result"] == "REJECTED"


@speaking(*SPEECHES)
async def test_a_partner_stops_its_own_charges_only(chain: Chain):
    await chain.charging(session("S1"))
    answer = await chain.ours.call("PUT", "sessions/NL/VLT/S2", session("S2"))
    assert answer.json()["status_code"] == 1000
    accepts(chain.back_end, "STOP_SESSION")
    assert (await chain.ask("STOP_SESSION", session_id="S2"))["data"]["result"] == "UNKNOWN_SESSION"
    assert chain.back_end.asked == []
    assert (await chain.ask("STOP_SESSION", session_id="S1"))["data"]["result"] == "ACCEPTED"
    assert (await chain.passed_on()).body["session_id"] == "S1"


async def test_what_cannot_be_asked_is_said_and_nothing_is_asked(chain: Chain):
    unknown = await chain.ask("START_SESSION", token=token(), location_id="LOC9")
    assert unknown["status_code"] == 2003
    foreign = await chain.ask("START_SESSION", token=token(party_id="STR"), location_id="LOC1")
    assert foreign["data"]["result"] == "REJECTED"
    nowhere = await chain.provider.call(
        "POST", "cpo/commands/START_SESSION", {"response_url": "results", "token": token(), "location_id": "LOC1"}
    )
    assert nowhere.json()["status_code"] == 2001
    assert (await chain.provider.call("POST", "cpo/commands/DANCE", {})).status_code == 404
    assert (await chain.ours.call("POST", "cpo/commands/START_SESSION", {})).status_code == 404, "we are its provider"
    assert chain.back_end.asked == []


@pytest.mark.parametrize("answer", [Answering(500), refusal(2003, "no such location")])
async def test_a_back_end_that_fails_or_refuses_is_a_rejection(chain: Chain, answer: Answering):
    chain.back_end.script["/commands/START_SESSION"] = [answer]
    said = await chain.ask("START_SESSION", token=token(), location_id="LOC1")
    assert (said["status_code"], said["data"]["result"]) == (1000, "REJECTED")


async def test_a_result_for_somebody_elses_demand_is_404(chain: Chain, brands):
    accepts(chain.back_end, "START_SESSION")
    await chain.ask("START_SESSION", token=token(), location_id="LOC1")
    stranger = await chain.world.partner(chain.ctx, "Stranger")
    elsewhere = await chain.world.partner(brands.kilowind)
    where = (await chain.passed_on()).body["response_url"].partition("/2.2.1/")[2]
    for partner in (stranger, elsewhere):
        assert (await partner.call("POST", where, {"result": "ACCEPTED"})).status_code == 404
    assert await chain.deliver() == 0


async def test_a_partner_that_is_down_is_told_when_it_is_back(chain: Chain):
    accepts(chain.back_end, "START_SESSION")
    await chain.ask("START_SESSION", token=token(), location_id="LOC1")
    await chain.station_says({"result": "ACCEPTED"})
    chain.roamer.script[RESULT] = [Answering(503)]
    with pytest.raises(Exception, match="503"):
        await chain.deliver()
    await chain.deliver()
    assert len(chain.told()) == 2
    rows = await chain.world.rows(chain.ctx, "select told_at, refused from operator_outcome")
    assert [(row["told_at"] is not None, row["refused"]) for row in rows] == [(True, None)]


@speaking("2.2.1", "2.3.0")
async def test_a_partner_limits_its_charge(chain: Chain):
    await chain.charging(session())
    chain.back_end.script["/chargingprofiles/S1"] = [ok({"result": "ACCEPTED", "timeout": 30})]
    body = {"charging_profile": PROFILE, "response_url": f"{chain.roamer.url}{RESULT}"}
    answer = await chain.provider.call("PUT", "cpo/chargingprofiles/S1", body)
    assert answer.json()["data"] == {"result": "ACCEPTED", "timeout": 30}
    asked = await chain.passed_on()
    assert (asked.method, asked.body["charging_profile"]) == ("PUT", PROFILE)
    await chain.station_says({"result": "ACCEPTED"})
    plan = {"start_date_time": "2026-06-01T12:00:00Z", "charging_profile": PROFILE}
    assert (await chain.ours.call("PUT", "chargingprofiles/S1", plan)).json()["status_code"] == 1000
    await chain.deliver()
    assert chain.told() == [{"result": "ACCEPTED"}]
    assert [(one.method, one.body) for one in chain.roamer.asked if one.path == "/plans/S1"] == [("PUT", plan)]


async def test_asking_and_lifting_name_their_address_in_the_query(chain: Chain):
    await chain.charging(session())
    query = {"response_url": f"{chain.roamer.url}{RESULT}?a=b&c=d", "duration": "900"}
    chain.back_end.script["/chargingprofiles/S1"] = [ok({"result": "ACCEPTED", "timeout": 30})] * 2
    encoded = query["response_url"].replace(":", "%3A").replace("/", "%2F").replace("?", "%3F").replace("&", "%26")
    for method in ("GET", "DELETE"):
        path = f"cpo/chargingprofiles/S1?duration=900&response_url={encoded}"
        answer = await chain.provider.call(method, path)
        assert answer.json()["data"]["result"] == "ACCEPTED", answer.text
    get, delete = chain.back_end.asked
    assert (get.query["duration"], "duration" in delete.query) == ("900", False)
    where = get.query["response_url"].partition("/2.2.1/")[2]
    plan = {"start_date_time": "2026-06-01T12:00:00Z", "charging_profile": PROFILE}
    assert (await chain.ours.call("POST", where, {"result": "ACCEPTED", "profile": plan})).status_code == 200
    await chain.deliver()
    assert [one.query for one in chain.roamer.asked if one.path == RESULT] == [{"a": "b", "c": "d"}]
    assert chain.told() == [{"result": "ACCEPTED", "profile": plan}]


@pytest.mark.parametrize("query", ["", "?response_url=x", "?response_url=https%3A%2F%2Fx.test", "?duration=soon"])
async def test_asking_without_an_address_or_a_duration_is_2001(chain: Chain, query: str):
    await chain.charging(session())
    answer = await chain.provider.call("GET", f"cpo/chargingprofiles/S1{query}")
    assert answer.json()["status_code"] == 2001


async def test_too_often_is_the_back_ends_word(chain: Chain):
    await chain.charging(session())
    chain.back_end.script["/chargingprofiles/S1"] = [ok({"result": "TOO_OFTEN", "timeout": 0})]
    body = {"charging_profile": PROFILE, "response_url": f"{chain.roamer.url}{RESULT}"}
    answer = await chain.provider.call("PUT", "cpo/chargingprofiles/S1", body)
    assert answer.json()["data"]["result"] == "TOO_OFTEN"
    unknown = await chain.provider.call("PUT", "cpo/chargingprofiles/S9", body)
    assert unknown.json()["data"]["result"] == "UNKNOWN_SESSION"


@speaking("2.2.1", "2.3.0")
async def test_preferences_are_passed_on_and_answered(chain: Chain):
    await chain.charging(session())
    path = "/sessions/S1/charging_preferences"
    chain.back_end.script[path] = [ok("DEPARTURE_REQUIRED"), refusal(2001, "not capable", http=404)]
    wanted = {"profile_type": "CHEAP", "energy_need": 11.5}
    answer = await chain.provider.call("PUT", "cpo/sessions/S1/charging_preferences", wanted)
    assert answer.json()["data"] == "DEPARTURE_REQUIRED"
    assert (await chain.passed_on()).body == wanted
    answer = await chain.provider.call("PUT", "cpo/sessions/S1/charging_preferences", wanted)
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2001)
    answer = await chain.provider.call("PUT", "cpo/sessions/S9/charging_preferences", wanted)
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2000)


async def test_a_charging_point_without_the_capability_is_not_asked(chain: Chain):
    body = objects.location(**OURS, evses=[objects.evse(capabilities=["RFID_READER"])], last_updated="2026-06-02T12:00:00Z")
    await chain.ours.call("PUT", "locations/NL/VLT/LOC1", body)
    await chain.charging(session())
    answer = await chain.provider.call("PUT", "cpo/sessions/S1/charging_preferences", {"profile_type": "FAST"})
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2001)
    profile = {"charging_profile": PROFILE, "response_url": f"{chain.roamer.url}{RESULT}"}
    answer = await chain.provider.call("PUT", "cpo/chargingprofiles/S1", profile)
    assert answer.json()["data"]["result"] == "NOT_SUPPORTED"
    assert chain.back_end.asked == []


@speaking("2.1.1")
async def test_2_1_1_has_neither_profiles_nor_preferences(chain: Chain):
    for path in ("cpo/chargingprofiles/S1", "cpo/sessions/S1/charging_preferences"):
        assert (await chain.provider.call("PUT", path, {})).status_code in (404, 405)
