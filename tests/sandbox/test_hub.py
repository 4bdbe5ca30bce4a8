"""A hub: one connection, two operators behind it, and headers that say who is meant."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.sandbox.cpo import Knobs
from roamgrid.sandbox.hub import HubOptions, create_app
from roamgrid.sandbox.hub.options import BUNDLED, HUB_VERSIONS
from tests.sandbox.conformance import problems
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import CARD, TOKEN, TinyEmsp
from tests.sandbox.serving import reserved_port, served

HUB = {"OCPI_to_country_code": "NL", "OCPI_to_party_id": "HUB"}
NORTH = {"OCPI_to_country_code": "NL", "OCPI_to_party_id": "HNO"}
US = {"OCPI_from_country_code": "NL", "OCPI_from_party_id": "TST"}
STREET = {"location_id": "HUB-UTR-001", "evse_uid": "HUB-UTR-001-1", "connector_id": "1"}
Hubs = Callable[..., Any]


@pytest.fixture
async def hubs() -> AsyncIterator[Hubs]:
    """Hubs on real ports, each started as asked."""
    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> Cpo:
            bound = reserved_port()
            knobs = Knobs(versions=HUB_VERSIONS, speed=3600, tick=0.02, command_result_delay=0, stop_after_kwh=Decimal(1))
            app = create_app(HubOptions(port=bound.getsockname()[1], knobs=knobs, **options))
            return Cpo(await stack.enter_async_context(served(app, bound)))

        yield start


async def joined_hub(hub: Cpo, emsp: TinyEmsp, version: str = "2.2.1") -> Any:
    emsp.version, emsp.offers = version, (version,)
    invitation = await hub.control("invite")
    return (await emsp.register_at(invitation["versions_url"], invitation["token"]))["data"]


async def listed(emsp: TinyEmsp, module: str, **headers: str) -> list[Any]:
    answer = await emsp.call("GET", emsp.endpoints[module], **US, **headers)
    assert answer.status_code == 200, answer.text
    data: list[Any] = answer.json(parse_float=Decimal)["data"]
    return data


async def command(emsp: TinyEmsp, name: str, body: Any, **headers: str) -> Any:
    wanted = {"response_url": f"{emsp.url}/results/r1", **body}
    return await emsp.call("POST", f"{emsp.endpoints['commands']}/{name}", wanted, **US, **headers)


async def test_in_2_2_1_a_hub_has_one_role_of_its_own(hubs: Hubs, emsp: TinyEmsp):
    ours = await joined_hub(await hubs(), emsp)
    assert [(role["role"], role["party_id"]) for role in ours["roles"]] == [("HUB", "HUB")]
    assert problems(ours, "Credentials", "2.2.1") == []


async def test_in_2_3_0_it_names_itself_beside_the_parties_behind_it(hubs: Hubs, emsp: TinyEmsp):
    ours = await joined_hub(await hubs(), emsp, "2.3.0")
    assert ours["hub_party_id"] == "NLHUB"
    assert [(role["role"], role["party_id"]) for role in ours["roles"]] == [("CPO", "HNO"), ("CPO", "HZU")]
    assert problems(ours, "Credentials", "2.3.0") == []


async def test_everything_is_asked_of_the_hub_and_a_part_of_a_client(hubs: Hubs, emsp: TinyEmsp):
    await joined_hub(await hubs(), emsp)
    everything, part = await listed(emsp, "locations", **HUB), await listed(emsp, "locations", **NORTH)
    assert ({item["party_id"] for item in everything}, len(everything)) == ({"HNO", "HZU"}, 14)
    assert {item["party_id"] for item in part} == {"HNO"}
    assert [problem for item in everything for problem in problems(item, "Location", "2.2.1")] == []
    refused = (await emsp.call("GET", emsp.endpoints["locations"], **US)).json()
    assert (refused["status_code"], "NL*HUB" in refused["status_message"]) == (2001, True)


async def test_a_command_reaches_the_party_that_the_headers_name(hubs: Hubs, emsp: TinyEmsp):
    await joined_hub(await hubs(), emsp)
    answer = await command(emsp, "START_SESSION", {"token": TOKEN, **STREET}, **NORTH)
    assert answer.json()["data"]["result"] == "ACCEPTED"
    assert (answer.headers["OCPI-from-party-id"], answer.headers["OCPI-to-party-id"]) == ("HNO", "TST")
    cdr = await emsp.cdr()
    assert (cdr["party_id"], cdr["cdr_location"]["evse_id"]) == ("HNO", "NL*HNO*EUTR001*1")
    pushed = next(push for push in emsp.received if push.path == "/2.2.1/cdrs")
    assert pushed.headers["ocpi-from-party-id"] == "HNO"


async def test_open_routing_answers_from_the_party_that_it_found(hubs: Hubs, emsp: TinyEmsp):
    await joined_hub(await hubs(), emsp)
    answer = await command(emsp, "START_SESSION", {"token": TOKEN, **STREET})
    assert answer.json()["data"]["result"] == "ACCEPTED"
    assert (answer.headers["OCPI-from-party-id"], answer.headers["OCPI-to-party-id"]) == ("HNO", "TST")


async def test_a_token_is_broadcast_and_the_hub_answers(hubs: Hubs, emsp: TinyEmsp):
    await joined_hub(await hubs(), emsp)
    url = f"{emsp.endpoints['tokens']}/NL/TST/{CARD['uid']}"
    answer = await emsp.call("PUT", url, CARD, **US, **HUB)
    assert (answer.status_code, answer.headers["OCPI-from-party-id"]) == (201, "HUB")


async def test_status_is_broadcast_by_the_hub_for_the_owner_in_the_url(hubs: Hubs, emsp: TinyEmsp):
    await joined_hub(await hubs(), emsp)
    await command(emsp, "START_SESSION", {"token": TOKEN, **STREET}, **NORTH)
    await emsp.until(lambda: emsp.bodies("/2.2.1/locations"))
    status = next(push for push in emsp.received if "/locations/" in push.path)
    assert status.path == "/2.2.1/locations/NL/HNO/HUB-UTR-001/HUB-UTR-001-1"
    assert status.headers["ocpi-from-party-id"] == "HUB"


@pytest.mark.parametrize(
    ("receiver", "status"),
    [(("NL", "XXX"), 4001), (("NL", "HUB"), 4001), (("NL", "TST"), 4001)],
)
async def test_receivers_that_cannot_be_meant_are_refused(hubs: Hubs, emsp: TinyEmsp, receiver: tuple[str, str], status: int):
    await joined_hub(await hubs(), emsp)
    headers = {"OCPI_to_country_code": receiver[0], "OCPI_to_party_id": receiver[1]}
    answer = await command(emsp, "START_SESSION", {"token": TOKEN, **STREET}, **headers)
    assert answer.json()["status_code"] == status


async def test_a_client_that_goes_offline_is_announced_and_not_reached(hubs: Hubs, emsp: TinyEmsp):
    hub = await hubs()
    await joined_hub(hub, emsp)
    told = await hub.control("clients", {"country_code": "NL", "party_id": "HNO", "status": "OFFLINE"})
    assert told["status"] == "OFFLINE"
    await emsp.until(lambda: emsp.bodies("/2.2.1/hubclientinfo"))
    pushed = next(push for push in emsp.received if "hubclientinfo" in push.path)
    assert (pushed.path, pushed.body["status"]) == ("/2.2.1/hubclientinfo/NL/HNO", "OFFLINE")
    assert "ocpi-to-party-id" not in pushed.headers
    assert problems(pushed.body, "ClientInfo", "2.2.1") == []
    for headers in (NORTH, {}):
        answer = await command(emsp, "START_SESSION", {"token": TOKEN, **STREET}, **headers)
        assert answer.json()["status_code"] == 4003
    await hub.control("clients", {"country_code": "NL", "party_id": "HNO", "status": "CONNECTED"})
    assert (await command(emsp, "START_SESSION", {"token": TOKEN, **STREET}, **NORTH)).json()["status_code"] == 1000


async def test_the_list_of_clients_has_operators_and_peers_and_needs_no_headers(hubs: Hubs, emsp: TinyEmsp):
    await joined_hub(await hubs(), emsp)
    listed_clients = (await emsp.call("GET", emsp.endpoints["hubclientinfo"])).json()["data"]
    assert [(item["party_id"], item["role"], item["status"]) for item in listed_clients] == [
        ("HNO", "CPO", "CONNECTED"),
        ("HZU", "CPO", "CONNECTED"),
        ("TST", "EMSP", "CONNECTED"),
    ]
    assert [problem for item in listed_clients for problem in problems(item, "ClientInfo", "2.2.1")] == []


async def test_a_mirror_shows_the_same_evses_under_ids_and_prices_of_the_hub(hubs: Hubs, cpo: Cpo, connected: TinyEmsp):
    direct = await listed(connected, "locations") + await listed(connected, "tariffs")
    hub = await hubs(mirror_of=BUNDLED, markup_percent=Decimal(10))
    await joined_hub(hub, connected)
    through = await listed(connected, "locations", **HUB)
    assert {item["party_id"] for item in through} == {"DOM", "RYN"}
    first, mirrored = direct[0], through[0]
    assert (mirrored["id"], mirrored["evses"][0]["evse_id"]) == (f"HUB-{first['id']}", first["evses"][0]["evse_id"])
    street = next(item for item in await listed(connected, "tariffs", **HUB) if item["id"] == "HUB-DOM-STREET")
    assert street["elements"][0]["price_components"][0]["price"] == Decimal("0.352")


async def test_a_hub_knows_no_2_1_1(hubs: Hubs, emsp: TinyEmsp):
    hub = await hubs()
    invitation = await hub.control("invite")
    await joined_hub(hub, emsp)
    listed_versions = (await emsp.call("GET", invitation["versions_url"])).json()["data"]
    assert [item["version"] for item in listed_versions] == ["2.2.1", "2.3.0"]


async def test_a_hub_has_habits_too(hubs: Hubs, emsp: TinyEmsp):
    hub = await hubs()
    await joined_hub(hub, emsp)
    await hub.control("knobs", {"quirks": ["alpha2_country", "no_routing_headers"]})
    answer = await emsp.call("GET", emsp.endpoints["locations"], **US, **HUB)
    assert {item["country"] for item in answer.json()["data"]} == {"NL"}
    assert "OCPI-from-party-id" not in answer.headers


async def test_two_providers_at_one_hub_see_their_own_charges_only(hubs: Hubs, emsp: TinyEmsp, other: TinyEmsp):
    hub = await hubs()
    await joined_hub(hub, emsp)
    await joined_hub(hub, other)
    await command(emsp, "START_SESSION", {"token": TOKEN, **STREET}, **NORTH)
    mine = await emsp.cdr()
    assert [item["id"] for item in await listed(emsp, "cdrs", **HUB)] == [mine["id"]]
    assert await listed(other, "cdrs", **HUB) == []
