"""Commands of partners at our stations: passed on to the back end that the station comes from, and its word passed back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import product

import httpx
import pytest
from starlette.applications import Starlette

from roamgrid.bus.relay import delivery_of
from roamgrid.core.operator import demand_tasks
from roamgrid.ocpi.outbound.commands import OcpiCommandGateway
from roamgrid.ocpi.outbound.operator.back_end import BackEnd
from roamgrid.ocpi.outbound.outcomes import OcpiOutcomeTeller
from roamgrid.ocpi.outbound.profiles import OcpiProfileGateway
from roamgrid.ocpi.versions import SPEECHES
from tests.ocpi import objects
from tests.ocpi.inbound.wire import in_version
from tests.ocpi.inbound.world import BASE, Partner
from tests.ocpi.operator.roaming import Roaming, open_roaming, told
from tests.ocpi.operator.test_pushes import OURS, ROAMERS
from tests.ocpi.operator.test_tokens import token
from tests.ocpi.outbound.partner import Answering, FakePartner, ok, refusal, running_partner

VERSIONS = tuple(SPEECHES)
START = "cpo/commands/START_SESSION"
_TAKE = """
delete from platform.outbox where type = 'operator.outcome.v1'
returning id, event_id, tenant, type, aggregate, aggregate_version, payload, traceparent, created_at"""


@dataclass(frozen=True, slots=True)
class Stations:
    """Voltara's surface with its back end behind it; Roamer and the back end listen on real ports."""

    roaming: Roaming
    http: httpx.AsyncClient
    roamer: FakePartner
    back: FakePartner
    teller: OcpiOutcomeTeller

    async def world(self, version: str = "2.2.1", told_in: str = "2.2.1") -> tuple[Partner, Partner]:
        """A partner in one version, and the back end in another with one station."""
        partner = replace(await self.roaming.provider(self.roamer, version), http=self.http)
        back_end = replace(await self.roaming.back_end(self.back, told_in), http=self.http)
        station = in_version("location", objects.location(**OURS), told_in)
        assert (await back_end.call("PUT", "locations/NL/VLT/LOC1", station)).status_code == 201
        return partner, back_end

    async def pass_on(self) -> None:
        """What stations said goes to who asked."""
        ctx, database = self.roaming.operator.ctx, self.roaming.operator.world.database
        async with database.platform() as conn:
            rows = await (await conn.execute(_TAKE)).fetchall()
        tell = next(one for one in demand_tasks.subscriptions(database, self.teller) if one.event == "operator.outcome.v1")
        for row in sorted(rows, key=lambda row: row["id"]):
            assert tell.run_effect is not None
            await tell.run_effect(ctx, delivery_of(row))

    def start(self, version: str, **changes: object) -> dict[str, object]:
        return {
            "response_url": f"{self.roamer.url}/results/77",
            "token": token(version),
            "location_id": "LOC1",
            "evse_uid": "E1",
            **({} if version == "2.1.1" else {"authorization_reference": "ROAMERS-REF", "connector_id": "1"}),
            **changes,
        }


@pytest.fixture
async def stations(operator) -> AsyncIterator[Stations]:
    world = operator.world
    async with open_roaming(operator) as roaming, running_partner() as roamer, running_partner() as back:
        commands = OcpiCommandGateway(world.database, world.connections, roaming.clients, world.directory, BASE, 5.0)
        network = BackEnd(world.database, world.connections, commands, OcpiProfileGateway(commands.deferred, 5.0))
        app = Starlette(routes=replace(world.inbound, own_network=network).routes())
        teller = OcpiOutcomeTeller(world.database, world.connections, roaming.clients, 5.0)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE) as http:
            yield Stations(roaming, http, roamer, back, teller)


def accepted(version="2.2.1"):
    return ok({"result": "ACCEPTED"} if version == "2.1.1" else {"result": "ACCEPTED", "timeout": 30})


@pytest.mark.parametrize(("version", "told_in"), tuple(product(VERSIONS, VERSIONS)))
async def test_a_start_is_passed_on_and_the_stations_word_comes_back(stations, version, told_in):
    partner, back_end = await stations.world(version, told_in)
    stations.back.script["/commands/START_SESSION"] = [accepted(told_in)]
    answer = await partner.call("POST", START, stations.start(version))
    assert (answer.json()["status_code"], answer.json()["data"]["result"]) == (1000, "ACCEPTED"), answer.text
    (asked,) = stations.back.asked
    contract = asked.body["token"]["auth_id" if told_in == "2.1.1" else "contract_id"]
    assert (asked.path, asked.body["location_id"], contract) == ("/commands/START_SESSION", "LOC1", "BE-RMR-C00000001-9")
    assert asked.body["response_url"].startswith(f"{BASE}/ocpi/voltara/{told_in}/commands/START_SESSION/")
    path = asked.body["response_url"].partition(f"/{told_in}/")[2]
    assert (await back_end.call("POST", path, {"result": "ACCEPTED"})).json()["status_code"] == 1000
    await stations.pass_on()
    (result,) = [asked for asked in stations.roamer.asked if asked.path == "/results/77"]
    assert (result.method, result.body["result"]) == ("POST", "ACCEPTED")


async def test_a_token_of_a_command_needs_no_push_for_its_charge_to_be_told(stations):
    """The back end speaks 2.1.1 and names nothing but the contract of the token."""
    partner, back_end = await stations.world("2.2.1", "2.1.1")
    stations.back.script["/commands/START_SESSION"] = [accepted("2.1.1")]
    app_token = token(uid="APP-1", type="APP_USER", contract_id="BE-RMR-C00000077-X", whitelist="NEVER")
    await partner.call("POST", START, stations.start("2.2.1", token=app_token))
    ref = ROAMERS | {"uid": "APP-1", "contract_id": "BE-RMR-C00000077-X"}
    body = in_version("session", objects.session(**OURS, cdr_token=ref), "2.1.1")
    assert (await back_end.call("PUT", "sessions/NL/VLT/S1", body)).json()["status_code"] == 1000
    await stations.roaming.happen()
    assert {asked.path for asked in told(stations.roamer)} == {"/locations/NL/VLT/LOC1", "/sessions/NL/VLT/S1"}


async def test_a_charge_is_stopped_by_its_own_partner_only(stations):
    partner, back_end = await stations.world()
    await back_end.call("PUT", "sessions/NL/VLT/S1", objects.session(**OURS, cdr_token=ROAMERS))
    await stations.roaming.happen()
    stations.back.script["/commands/STOP_SESSION"] = [accepted()]
    stop = {"response_url": f"{stations.roamer.url}/results/78", "session_id": "S1"}
    answer = await partner.call("POST", "cpo/commands/STOP_SESSION", stop)
    assert answer.json()["data"]["result"] == "ACCEPTED"
    assert [asked.body["session_id"] for asked in stations.back.asked] == ["S1"]


async def test_a_back_end_that_takes_no_commands_supports_none(stations):
    partner, back_end = await stations.world()
    world = stations.roaming.operator.world
    async with world.database.work(stations.roaming.operator.ctx) as work:
        await world.connections.set_endpoints(work, back_end.id, ())
    answer = await partner.call("POST", START, stations.start("2.2.1"))
    assert (answer.json()["data"]["result"], stations.back.asked) == ("NOT_SUPPORTED", [])


async def test_what_the_back_ends_version_cannot_say_is_not_supported(stations):
    """2.1.1 knows no way to give a reservation back."""
    partner, _ = await stations.world("2.2.1", "2.1.1")
    stations.back.script["/commands/RESERVE_NOW"] = [accepted("2.1.1")]
    reserve = {
        "response_url": f"{stations.roamer.url}/results/79",
        "token": token(),
        "expiry_date": "2026-06-01T13:00:00Z",
        "reservation_id": "R1",
        "location_id": "LOC1",
    }
    assert (await partner.call("POST", "cpo/commands/RESERVE_NOW", reserve)).json()["data"]["result"] == "ACCEPTED"
    cancel = {"response_url": f"{stations.roamer.url}/results/80", "reservation_id": "R1"}
    answer = await partner.call("POST", "cpo/commands/CANCEL_RESERVATION", cancel)
    assert answer.json()["data"]["result"] == "NOT_SUPPORTED"
    assert [asked.path for asked in stations.back.asked] == ["/commands/RESERVE_NOW"]


@pytest.mark.parametrize("says", [Answering(503), refusal(2001, "no")])
async def test_a_back_end_that_fails_or_refuses_is_a_rejection(stations, says):
    partner, _ = await stations.world()
    stations.back.script["/commands/START_SESSION"] = [says]
    answer = await partner.call("POST", START, stations.start("2.2.1"))
    assert (answer.json()["status_code"], answer.json()["data"]["result"]) == (1000, "REJECTED")


@pytest.mark.isolation
async def test_the_other_brand_has_no_such_station(stations, brands):
    await stations.world()
    kilowind = await stations.roaming.operator.world.partner(brands.kilowind)
    answer = await replace(kilowind, http=stations.http).call("POST", START, stations.start("2.2.1"))
    assert (answer.status_code, stations.back.asked) == (404, [])
