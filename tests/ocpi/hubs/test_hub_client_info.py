"""Who is behind a hub and can be reached: pushed, pulled, and asked before anything is sent."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from roamgrid.canonical.command import StartSession, StopSession
from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.core.commands.errors import PartnerNotReached, PartnerUnavailable
from roamgrid.core.parties import clients as hub_clients
from roamgrid.core.parties import standing
from roamgrid.core.parties.standing import SourceKind
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.clients import PartnerClients
from roamgrid.ocpi.outbound.commands import OcpiCommandGateway
from roamgrid.ocpi.outbound.errors import PartyNotConnected
from roamgrid.ocpi.outbound.pull import PullService
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory
from tests.conftest import Brands
from tests.ocpi.hubs.world import CONNECTIONS, GREENFIELD, HUB, hub_of
from tests.ocpi.inbound.world import World
from tests.ocpi.outbound.partner import FakePartner, ok, refusal

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TOKEN = Token(PartyId("NL", "VLT"), "T1", TokenType.APP_USER, "NL-VLT-C1", "Voltara", True, Whitelist.NEVER, NOON)
START = StartSession(UUID(int=1), GREENFIELD, TOKEN, "LOC1", "E1", "1", "ref-1")
ACCEPTED = ok({"result": "ACCEPTED", "timeout": 30})


def info(status: str = "CONNECTED", *, party: str = "GRF", role: str = "CPO", hour: int = 12) -> dict[str, str]:
    """One party's entry in a hub's list."""
    return {
        "party_id": party,
        "country_code": "NL",
        "role": role,
        "status": status,
        "last_updated": f"2026-06-01T{hour}:00:00Z",
    }


@pytest.mark.parametrize("version", ["2.2.1", "2.3.0"])
async def test_a_hub_tells_of_a_party_and_reads_it_back(world: World, brands: Brands, version: str) -> None:
    hub = await world.partner(brands.voltara, "The Hub", HUB, role=Role.HUB, version=version)
    assert (await hub.call("PUT", "hubclientinfo/NL/GRF", info("OFFLINE"))).json()["status_code"] == 1000
    assert (await hub.call("GET", "hubclientinfo/NL/GRF")).json()["data"] == info("OFFLINE")
    assert (await hub.call("GET", "hubclientinfo/NL/XXX")).status_code == 404
    assert await world.rows(brands.kilowind, "select 1 from hub_client") == []


async def test_older_news_and_another_role_do_not_overwrite(world: World, brands: Brands) -> None:
    hub = await world.partner(brands.voltara, "The Hub", HUB, role=Role.HUB)
    for told in (info("CONNECTED", hour=14), info("OFFLINE", hour=13), info("PLANNED", role="EMSP")):
        assert (await hub.call("PUT", "hubclientinfo/NL/GRF", told)).json()["status_code"] == 1000
    rows = await world.rows(brands.voltara, "select role, status from hub_client order by role")
    assert rows == [{"role": "CPO", "status": "CONNECTED"}, {"role": "EMSP", "status": "PLANNED"}]


async def test_the_body_must_name_the_party_in_the_address(world: World, brands: Brands) -> None:
    hub = await world.partner(brands.voltara, "The Hub", HUB, role=Role.HUB)
    answer = (await hub.call("PUT", "hubclientinfo/NL/EVL", info())).json()
    assert (answer["status_code"], "/party_id" in answer["status_message"]) == (2001, True)


async def test_an_operator_tells_of_nobody_else(world: World, brands: Brands) -> None:
    operator = await world.partner(brands.voltara)
    assert (await operator.call("PUT", "hubclientinfo/NL/EVL", info(party="EVL"))).status_code == 404


async def test_the_module_is_announced_where_the_version_has_it(world: World, brands: Brands) -> None:
    listed = {}
    for version in ("2.1.1", "2.2.1", "2.3.0"):
        partner = await world.partner(brands.voltara, "The Hub", HUB, role=Role.HUB, version=version)
        details = (await partner.call("GET", "")).json()["data"]
        listed[version] = [item.get("role") for item in details["endpoints"] if item["identifier"] == "hubclientinfo"]
    assert listed == {"2.1.1": [], "2.2.1": ["RECEIVER"], "2.3.0": ["RECEIVER"]}


async def test_the_hubs_list_is_pulled_without_routing_headers(
    database: Database, brands: Brands, platform: FakePartner, clients: PartnerClients, directory: Directory
) -> None:
    hub = await hub_of(database, brands.voltara, platform)
    platform.lists["hubclientinfo"] = [info(), info("OFFLINE", party="EVL"), {"party_id": "GRF"}, info("SOON", party="NEW")]
    platform.lists["locations"] = []
    report = await PullService(database, clients, directory).sync(brands.voltara, hub)
    [of_clients, of_locations] = report.modules
    assert (of_clients.module, of_clients.updated, of_clients.refused, of_clients.error) == ("hubclientinfo", 3, 1, None)
    async with database.work(brands.voltara) as work:
        told = await hub_clients.all_of(work, hub.id)
    assert [(client.party.party_id, client.status) for client in told] == [
        ("EVL", "OFFLINE"),
        ("GRF", "CONNECTED"),
        ("NEW", "SOON"),
    ]
    headers = {asked.path: asked.headers for asked in platform.asked}
    assert "ocpi-to-party-id" not in headers["/hubclientinfo"]
    assert headers["/locations"]["ocpi-to-party-id"] == "HUB"
    assert of_locations.error is None


@pytest.fixture
async def hub(database: Database, brands: Brands, platform: FakePartner) -> Connection:
    return await hub_of(database, brands.voltara, platform)


@pytest.fixture
def gateway(database: Database, clients: PartnerClients, directory: Directory) -> OcpiCommandGateway:
    return OcpiCommandGateway(database, CONNECTIONS, clients, directory, "https://roamgrid.test", timeout_s=5)


async def tell(database: Database, ctx: TenantContext, hub: Connection, status: str, party: PartyId = GREENFIELD) -> None:
    async with database.work(ctx) as work:
        await hub_clients.put(work, hub.id, hub_clients.HubClient(party, "CPO", status, NOON))


async def test_a_command_goes_over_the_hub_to_a_connected_party(
    database: Database, brands: Brands, platform: FakePartner, hub: Connection, gateway: OcpiCommandGateway
) -> None:
    await tell(database, brands.voltara, hub, "CONNECTED")
    platform.script["/commands/START_SESSION"] = [ACCEPTED]
    await gateway.start(brands.voltara, hub.id, START)
    [asked] = platform.asked
    assert (asked.headers["ocpi-from-party-id"], asked.headers["ocpi-to-party-id"]) == ("VLT", "GRF")


@pytest.mark.parametrize("status", ["OFFLINE", "PLANNED", "SUSPENDED", "SOON"])
async def test_nothing_is_sent_to_a_party_that_is_not_connected(
    database: Database, brands: Brands, platform: FakePartner, hub: Connection, gateway: OcpiCommandGateway, status: str
) -> None:
    await tell(database, brands.voltara, hub, status)
    with pytest.raises(PartyNotConnected, match=rf"NL\*GRF behind hub The Hub is {status}"):
        await gateway.start(brands.voltara, hub.id, START)
    with pytest.raises(PartyNotConnected):
        await gateway.stop(brands.voltara, hub.id, StopSession(new_id(), GREENFIELD, "S1"))
    assert platform.asked == []


async def test_a_party_that_a_hub_does_not_list_is_not_behind_it(
    database: Database, brands: Brands, platform: FakePartner, hub: Connection, gateway: OcpiCommandGateway
) -> None:
    platform.script["/commands/START_SESSION"] = [ACCEPTED]
    await gateway.start(brands.voltara, hub.id, START)
    await tell(database, brands.voltara, hub, "CONNECTED", PartyId("NL", "EVL"))
    with pytest.raises(PartyNotConnected, match="not behind hub"):
        await gateway.start(brands.voltara, hub.id, START)


async def test_a_party_that_a_newer_hub_registered_needs_no_list(
    database: Database, brands: Brands, platform: FakePartner, gateway: OcpiCommandGateway
) -> None:
    hub = await hub_of(database, brands.voltara, platform, Party(GREENFIELD, Role.CPO, "Greenfield"), version="2.3.0")
    await tell(database, brands.voltara, hub, "CONNECTED", PartyId("NL", "EVL"))
    platform.script["/commands/START_SESSION"] = [ACCEPTED]
    await gateway.start(brands.voltara, hub.id, START)
    assert len(platform.asked) == 1


@pytest.mark.parametrize(("code", "sent"), [(4001, False), (4003, False), (4002, True), (4000, True)])
async def test_what_the_hub_says_tells_whether_another_way_may_be_tried(
    brands: Brands, platform: FakePartner, hub: Connection, gateway: OcpiCommandGateway, code: int, sent: bool
) -> None:
    platform.script["/commands/START_SESSION"] = [refusal(code)]
    with pytest.raises(PartnerUnavailable) as told:
        await gateway.start(brands.voltara, hub.id, START)
    assert isinstance(told.value, PartnerNotReached) is not sent


async def test_one_party_that_is_away_does_not_close_the_way_to_the_others(
    brands: Brands, platform: FakePartner, hub: Connection, gateway: OcpiCommandGateway
) -> None:
    platform.script["/commands/START_SESSION"] = [refusal(4003)] * 20 + [ACCEPTED]
    for _ in range(20):
        with pytest.raises(PartyNotConnected):
            await gateway.start(brands.voltara, hub.id, START)
    await gateway.start(brands.voltara, hub.id, START)


async def test_the_handshake_tells_what_a_source_is_and_its_end_that_it_is_gone(
    database: Database, brands: Brands, hub: Connection
) -> None:
    async with database.work(brands.voltara) as work:
        known = (await standing.standings(work, [hub.id]))[hub.id]
        assert (known.kind, known.reachable) == (SourceKind.HUB, True)
        await CONNECTIONS.suspend(work, hub.id)
        assert not (await standing.standings(work, [hub.id]))[hub.id].reachable
        await CONNECTIONS.resume(work, hub.id)
        assert (await standing.standings(work, [hub.id]))[hub.id].reachable
        await CONNECTIONS.end(work, hub.id)
        assert not (await standing.standings(work, [hub.id]))[hub.id].reachable
    async with database.work(brands.kilowind) as work:
        assert await standing.standings(work, [hub.id]) == {}


@pytest.mark.isolation
async def test_another_brands_hub_tells_us_nothing(
    database: Database, brands: Brands, platform: FakePartner, hub: Connection, gateway: OcpiCommandGateway
) -> None:
    await tell(database, brands.kilowind, hub, "OFFLINE")
    platform.script["/commands/START_SESSION"] = [ACCEPTED]
    await gateway.start(brands.voltara, hub.id, START)
    assert len(platform.asked) == 1
