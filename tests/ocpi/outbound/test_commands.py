"""Commands to a partner over real HTTP."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from roamgrid.canonical.command import CommandReply, CommandResponse, StartSession, StopSession
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.core.commands.ports import CommandGateway
from roamgrid.ocpi.outbound.clients import PartnerClients
from roamgrid.ocpi.outbound.commands import OcpiCommandGateway
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory
from tests.conftest import Brands
from tests.ocpi.outbound.partner import Answering, FakePartner, ok, refusal
from tests.ocpi.outbound.world import Link, connected

COMMAND = UUID("00000000-0000-7000-8000-000000000001")
GREENFIELD = PartyId("NL", "GRF")
TOKEN = Token(
    party=PartyId("NL", "VOL"),
    uid="0A/1B#2C",
    type=TokenType.RFID,
    contract_id="NL-VOL-C1-0",
    issuer="Voltara",
    valid=True,
    whitelist=Whitelist.ALLOWED,
    last_updated=datetime(2026, 6, 1, 12, tzinfo=UTC),
)
START = StartSession(COMMAND, GREENFIELD, TOKEN, "LOC1", "E1", "1", "ref-1")
STOP = StopSession(COMMAND, GREENFIELD, "S1")
ACCEPTED = ok({"result": "ACCEPTED", "timeout": 30})


@pytest.fixture
def gateway(database: Database, clients: PartnerClients, directory: Directory, link: Link) -> CommandGateway:
    return OcpiCommandGateway(database, link.connections, clients, directory, "https://roamgrid.test", timeout_s=1.0)


async def test_a_start_command(gateway: CommandGateway, partner: FakePartner, link: Link):
    partner.script["/commands/START_SESSION"] = [ACCEPTED]
    assert await gateway.start(link.ctx, link.connection.id, START) == CommandReply(CommandResponse.ACCEPTED, 30)
    (asked,) = partner.asked
    assert asked.method == "POST"
    assert asked.body["response_url"] == f"https://roamgrid.test/ocpi/voltara/2.2.1/commands/START_SESSION/{COMMAND}"
    assert asked.body["token"]["uid"] == "0A/1B#2C"
    assert (asked.body["location_id"], asked.body["evse_uid"], asked.body["connector_id"]) == ("LOC1", "E1", "1")
    assert asked.body["authorization_reference"] == "ref-1"
    assert asked.headers["x-correlation-id"] == link.ctx.correlation_id
    assert (asked.headers["ocpi-from-party-id"], asked.headers["ocpi-to-party-id"]) == ("VOL", "GRF")


async def test_a_stop_command(gateway: CommandGateway, partner: FakePartner, link: Link):
    partner.script["/commands/STOP_SESSION"] = [ok({"result": "UNKNOWN_SESSION", "timeout": 0})]
    assert await gateway.stop(link.ctx, link.connection.id, STOP) == CommandReply(CommandResponse.UNKNOWN_SESSION, 0)
    assert partner.asked[0].body == {
        "response_url": f"https://roamgrid.test/ocpi/voltara/2.2.1/commands/STOP_SESSION/{COMMAND}",
        "session_id": "S1",
    }


async def test_a_refusal_in_the_envelope_is_the_operators_no(gateway: CommandGateway, partner: FakePartner, link: Link):
    partner.script["/commands/START_SESSION"] = [refusal(2003, "unknown location")]
    reply = await gateway.start(link.ctx, link.connection.id, START)
    assert reply == CommandReply(CommandResponse.REJECTED, 0, "HTTP 200, status code 2003: unknown location")


@pytest.mark.parametrize(
    "answer",
    [
        Answering(500),
        refusal(3000),
        Answering(401),
        Answering(404, b"not here"),
        ok(),
        ok({"result": "WHATEVER"}),
        Answering(wait_s=5),
    ],
)
async def test_no_usable_answer_is_a_partner_that_is_down(
    gateway: CommandGateway, partner: FakePartner, link: Link, answer: Answering
):
    partner.script["/commands/START_SESSION"] = [answer]
    with pytest.raises(PartnerUnavailable):
        await gateway.start(link.ctx, link.connection.id, START)
    assert len(partner.asked) == 1, "a command is never sent twice"


async def test_odd_answers_are_counted(gateway: CommandGateway, partner: FakePartner, link: Link):
    partner.script["/commands/START_SESSION"] = [ok({"result": "accepted"})]
    assert (await gateway.start(link.ctx, link.connection.id, START)).response is CommandResponse.ACCEPTED
    assert await link.deviations() == {("commands", "VALUE_CASE", "/result"): 1, ("commands", "MISSING_FIELD", "/timeout"): 1}


async def test_a_partner_without_commands_is_not_called(
    database: Database, brands: Brands, clients: PartnerClients, directory: Directory, partner: FakePartner
):
    link = await connected(database, brands.voltara, partner, modules=("locations",))
    gateway = OcpiCommandGateway(database, link.connections, clients, directory, "https://roamgrid.test", timeout_s=1)
    with pytest.raises(PartnerUnavailable, match="takes no commands"):
        await gateway.start(link.ctx, link.connection.id, START)
    assert partner.asked == []


async def test_a_suspended_partner_is_not_called(gateway: CommandGateway, partner: FakePartner, link: Link):
    async with link.database.work(link.ctx) as work:
        await link.connections.suspend(work, link.connection.id)
    with pytest.raises(PartnerUnavailable, match="suspended"):
        await gateway.stop(link.ctx, link.connection.id, STOP)
    assert partner.asked == []
