"""One operator in three versions: every document it sends fits the field table of its version."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.conformance import problems
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import CARD, OLD_TOKEN, TinyEmsp
from tests.sandbox.serving import reserved_port, served

VERSIONS = ["2.1.1", "2.2.1", "2.3.0"]
GARAGE = {"location_id": "UTR-002", "evse_uid": "UTR-002-1", "connector_id": "1"}
WITH_VAT = {"location_id": "UTR-005", "evse_uid": "UTR-005-1", "connector_id": "1"}
SINCE = "?date_from=2020-01-01T00:00:00Z"
Speaking = Callable[..., Any]


@pytest.fixture
async def speaking(cpo: Cpo) -> AsyncIterator[Speaking]:
    """Providers that are connected with the operator, each in the version that is asked for."""
    async with AsyncExitStack() as stack:

        async def connect(version: str, party_id: str = "TST") -> TinyEmsp:
            bound = reserved_port()
            url = f"http://127.0.0.1:{bound.getsockname()[1]}"
            token = f"token-b-of-{party_id}-{version}"
            provider = TinyEmsp(url, token, party_id=party_id, version=version, offers=tuple(VERSIONS))
            await stack.enter_async_context(served(provider.app(), bound))
            invitation = await cpo.control("invite")
            answer = await provider.register_at(invitation["versions_url"], invitation["token"])
            assert answer["status_code"] == 1000, answer
            return provider

        yield connect


async def listed(emsp: TinyEmsp, module: str) -> list[Any]:
    objects: list[Any] = []
    following: str | None = emsp.endpoints[module] + (SINCE if module == "sessions" else "")
    while following:
        answer = await emsp.call("GET", following)
        objects += answer.json(parse_float=Decimal)["data"]
        following = answer.links.get("next", {}).get("url")
    return objects


async def charged(cpo: Cpo, emsp: TinyEmsp, place: dict[str, str]) -> Any:
    """The CDR of a charge of 2 kWh."""
    await cpo.control("knobs", {"stop_after_kwh": 2})
    started = await emsp.start(**place)
    assert started["data"]["result"] == "ACCEPTED", started
    return await emsp.cdr()


@pytest.mark.parametrize("version", VERSIONS)
async def test_everything_published_fits_the_version(cpo: Cpo, speaking: Speaking, version: str):
    emsp = await speaking(version)
    await charged(cpo, emsp, GARAGE)
    kinds = {"locations": "Location", "tariffs": "Tariff", "sessions": "Session", "cdrs": "CDR"}
    for module, kind in kinds.items():
        objects = await listed(emsp, module)
        assert objects, module
        assert [problem for item in objects for problem in problems(item, kind, version)] == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_everything_pushed_fits_the_version(cpo: Cpo, speaking: Speaking, version: str):
    emsp = await speaking(version)
    cdr = await charged(cpo, emsp, WITH_VAT)
    sessions = emsp.bodies(f"/{version}/sessions", method="PUT")
    assert [problem for item in sessions for problem in problems(item, "Session", version)] == []
    assert problems(cdr, "CDR", version) == []
    result = "CommandResponse" if version == "2.1.1" else "CommandResult"
    assert [problems(item, result, version) for item in emsp.bodies("/results/r1")] == [[]]


@pytest.mark.parametrize("version", VERSIONS)
async def test_versions_details_and_credentials_fit(cpo: Cpo, speaking: Speaking, version: str):
    emsp = await speaking(version)
    credentials = (await emsp.call("GET", emsp.endpoints["credentials"])).json()["data"]
    assert problems(credentials, "Credentials", version) == []
    details = (await emsp.call("GET", f"{cpo.url}/ocpi/{version}")).json()["data"]
    assert details["version"] == version
    assert [problem for item in details["endpoints"] for problem in problems(item, "Endpoint", version)] == []
    offered = {item["identifier"] for item in details["endpoints"]}
    assert ("chargingprofiles" in offered) is (version != "2.1.1")


async def test_the_same_charge_costs_the_same_in_2_2_1_and_2_3_0(cpo: Cpo, speaking: Speaking):
    older, newer = await speaking("2.2.1"), await speaking("2.3.0", "NEW")
    before = (await charged(cpo, older, WITH_VAT))["total_cost"]
    token = CARD | {"party_id": "NEW"}
    await newer.command("START_SESSION", "r1", token=token, **WITH_VAT)
    after = (await newer.cdr())["total_cost"]
    assert before == {"excl_vat": Decimal("0.85"), "incl_vat": Decimal("1.0285")}
    assert after == {"before_taxes": Decimal("0.85"), "taxes": [{"name": "VAT", "amount": Decimal("0.1785")}]}


async def test_unknown_vat_is_no_tax_list_at_all(cpo: Cpo, speaking: Speaking):
    cdr = await charged(cpo, await speaking("2.3.0"), GARAGE)
    assert cdr["total_cost"] == {"before_taxes": Decimal("1.03")}
    assert cdr["tariffs"][0]["tax_included"] == "NO"


async def test_a_2_1_1_charge_names_its_place_in_full_and_its_price_net(cpo: Cpo, speaking: Speaking):
    cdr = await charged(cpo, await speaking("2.1.1"), GARAGE)
    assert (cdr["auth_id"], cdr["auth_method"], cdr["total_cost"]) == ("NL-TST-C00001-X", "AUTH_REQUEST", Decimal("1.03"))
    [evse] = cdr["location"]["evses"]
    assert (evse["uid"], [item["id"] for item in evse["connectors"]]) == ("UTR-002-1", ["1"])


async def test_a_2_1_1_price_is_what_its_tariff_can_say(cpo: Cpo, speaking: Speaking):
    """The capped tariff has a minimum and VAT, which 2.1.1 cannot express: that peer does not pay them."""
    emsp = await speaking("2.1.1")
    await cpo.control("knobs", {"stop_after_kwh": "0.1"})
    await emsp.start(location_id="ZEI-001", evse_uid="ZEI-001-1")
    cdr = await emsp.cdr()
    assert Decimal(0) < cdr["total_cost"] < Decimal("0.5")


async def test_a_2_1_1_connection_is_for_one_party(cpo: Cpo, emsp: TinyEmsp):
    emsp.version, emsp.offers = "2.1.1", ("2.1.1",)
    invitation = await cpo.control("invite", {"party": "NL*RYN"})
    theirs = await emsp.register_at(invitation["versions_url"], invitation["token"])
    assert theirs["data"]["party_id"] == "RYN"
    assert {item["id"][:3] for item in await listed(emsp, "locations")} == {"ARN", "EDE", "WAG", "DRB"}
    assert (await emsp.call("GET", f"{emsp.endpoints['locations']}/UTR-001")).status_code == 404


async def test_two_versions_at_once_each_in_its_own_words(cpo: Cpo, speaking: Speaking):
    old, new = await speaking("2.1.1"), await speaking("2.3.0", "NEW")
    old_tariffs, new_tariffs = await listed(old, "tariffs"), await listed(new, "tariffs")
    assert not any("tax_included" in item or "party_id" in item for item in old_tariffs)
    assert all(item["tax_included"] == "NO" and item["party_id"] for item in new_tariffs)
    assert {item["version"] for item in (await cpo.state())["connections"]} == {"2.1.1", "2.3.0"}


async def test_a_connection_speaks_its_own_version_only(cpo: Cpo, speaking: Speaking):
    emsp = await speaking("2.1.1")
    answer = await emsp.call("GET", f"{cpo.url}/ocpi/2.3.0/locations")
    assert (answer.status_code, answer.json()["status_code"]) == (404, 3002)
    assert (await emsp.call("GET", f"{cpo.url}/ocpi/2.1.1/chargingprofiles/x")).status_code == 404


@pytest.mark.parametrize("version", ["2.1.1", "2.3.0"])
async def test_a_provider_moves_to_another_version_by_put(cpo: Cpo, connected: TinyEmsp, version: str):
    connected.offers = tuple(VERSIONS)
    await connected.move_to(version, f"{cpo.url}/ocpi/versions")
    assert [item["version"] for item in (await cpo.state())["connections"]] == [version]
    locations = await listed(connected, "locations")
    assert [problem for item in locations for problem in problems(item, "Location", version)] == []
    assert (await charged(cpo, connected, GARAGE))["id"]


async def test_the_operator_moves_a_connection_by_put_and_ends_it_by_delete(cpo: Cpo, connected: TinyEmsp):
    connected.offers = tuple(VERSIONS)
    connection = (await cpo.state())["connections"][0]["id"]
    moved = await cpo.control("connections/renew", {"connection": connection, "version": "2.3.0"})
    assert (moved["version"], connected.version) == ("2.3.0", "2.3.0")
    assert (await listed(connected, "tariffs"))[0]["tax_included"] == "NO"
    await cpo.control("connections/leave", {"connection": connection})
    assert [push.method for push in connected.received if push.path.endswith("/credentials")] == ["DELETE"]
    assert (await cpo.state())["connections"] == []


async def test_a_move_that_the_provider_refuses_changes_nothing(cpo: Cpo, connected: TinyEmsp):
    connection = (await cpo.state())["connections"][0]["id"]
    refused = await cpo.post("connections/renew", {"connection": connection, "version": "2.3.0"})
    assert refused.status_code == 502
    assert (await cpo.state())["connections"][0]["version"] == "2.2.1"
    assert (await connected.call("GET", connected.endpoints["tariffs"])).status_code == 200


@pytest.mark.parametrize(("theirs", "ours", "met"), [(VERSIONS, VERSIONS, "2.3.0"), (["2.1.1"], VERSIONS, "2.1.1")])
async def test_the_highest_common_version_is_chosen(cpo: Cpo, emsp: TinyEmsp, theirs: list[str], ours: list[str], met: str):
    emsp.offers = tuple(theirs)
    await cpo.control("knobs", {"versions": ours})
    connection = await cpo.control("register", {"versions_url": f"{emsp.url}/versions", "token": emsp.token_for_us})
    assert connection["version"] == met


async def test_versions_can_be_restricted_while_running(cpo: Cpo, emsp: TinyEmsp):
    await cpo.control("knobs", {"versions": ["2.1.1"]})
    emsp.offers = ("2.2.1",)
    refused = await cpo.post("register", {"versions_url": f"{emsp.url}/versions", "token": emsp.token_for_us})
    assert (refused.status_code, "2.1.1" in refused.text) == (502, True)


async def test_2_1_1_tokens_travel_plain_and_later_ones_encoded(cpo: Cpo, speaking: Speaking):
    for version, plain in (("2.1.1", True), ("2.3.0", False)):
        emsp = await speaking(version, f"T{version[2]}A")
        url = f"{emsp.url}/versions"
        assert (await emsp.call("GET", emsp.endpoints["tariffs"])).status_code == 200
        connection = next(item for item in (await cpo.state())["connections"] if item["versions_url"] == url)
        body = {"location_id": "UTR-002", "evse_uid": "UTR-002-2", "connection": connection["id"], "token_uid": "CARD"}
        assert (await cpo.post("rfid", body)).status_code == 200
        question = next(push for push in emsp.received if "/tokens/" in push.path)
        assert (question.headers["authorization"] == f"Token {emsp.token_for_us}") is plain
        assert ("x-request-id" in question.headers) is not plain
        stopped = (await cpo.state())["sessions"][-1]["id"]
        await cpo.control(f"sessions/{stopped}/stop")
        await emsp.cdr()


async def test_a_2_1_1_token_is_stored_without_owner_and_shown_so(speaking: Speaking):
    emsp = await speaking("2.1.1")
    url = f"{emsp.endpoints['tokens']}/NL/TST/{OLD_TOKEN['uid']}"
    assert (await emsp.call("PUT", url, OLD_TOKEN)).status_code == 201
    assert (await emsp.call("PATCH", url, {"valid": False})).status_code == 200
    shown = (await emsp.call("GET", url)).json()["data"]
    assert (problems(shown, "Token", "2.1.1"), shown["valid"], shown["auth_id"]) == ([], False, OLD_TOKEN["auth_id"])


async def test_reservations_are_numbers_in_2_1_1_and_cannot_be_cancelled(speaking: Speaking):
    emsp = await speaking("2.1.1")
    soon = (datetime.now(UTC) + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    place = {"location_id": "UTR-002", "evse_uid": "UTR-002-1"}
    wanted = {"token": OLD_TOKEN, "reservation_id": 7, "expiry_date": soon, **place}
    assert (await emsp.command("RESERVE_NOW", "r1", **wanted))["data"] == {"result": "ACCEPTED"}
    await emsp.until(lambda: emsp.bodies("/results/r1") == [{"result": "ACCEPTED"}])
    assert (await emsp.command("CANCEL_RESERVATION", "r2", reservation_id="7"))["status_code"] == 2000
