"""Tokens to partners: the sink takes them over and waits for nobody."""

from collections.abc import AsyncIterator

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Token
from roamgrid.core.tokens import service as tokens
from roamgrid.core.tokens.ports import TokenSink
from roamgrid.ocpi.outbound.clients import PartnerClients
from roamgrid.ocpi.outbound.push.pusher import Pusher
from roamgrid.ocpi.outbound.tokens import OcpiTokenSink, TokenSource
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.outbound.partner import Answering, FakePartner, refusal
from tests.ocpi.outbound.world import Link, connected

ADDRESS = "/tokens/NL/VOL/0A/1B#2C"


@pytest.fixture
async def pusher(database: Database, clients: PartnerClients, link: Link) -> AsyncIterator[Pusher]:
    pusher = Pusher(database, link.connections, clients, [TokenSource()])
    yield pusher
    await pusher.close()


@pytest.fixture
def sink(database: Database, link: Link, pusher: Pusher) -> TokenSink:
    return OcpiTokenSink(database, link.connections, pusher)


@pytest.fixture
async def card(link: Link) -> Token:
    async with link.database.work(link.ctx) as work:
        return await tokens.add_rfid(work, None, "0A/1B#2C", PartyId("NL", "VOL"), "Voltara")


async def test_a_token_is_put_at_its_address(sink: TokenSink, pusher: Pusher, partner: FakePartner, link: Link, card: Token):
    await sink.push(link.ctx, link.connection.id, card)
    await pusher.idle()
    (asked,) = partner.asked
    assert (asked.method, asked.path, asked.query) == ("PUT", ADDRESS, {"type": "RFID"})
    assert asked.body["uid"] == "0A/1B#2C"
    assert (asked.headers["ocpi-from-party-id"], asked.headers["ocpi-to-party-id"]) == ("VOL", "GRF")


async def test_what_cannot_be_told_now_waits(sink: TokenSink, pusher: Pusher, partner: FakePartner, link: Link, card: Token):
    partner.script[ADDRESS] = [Answering(503)]
    await sink.push(link.ctx, link.connection.id, card)
    await pusher.idle()
    (row,) = await link.rows("select key, attempts, next_at > now() as later from ocpi_push")
    assert row == {"key": "RFID:0A/1B#2C", "attempts": 1, "later": True}


async def test_a_token_that_a_partner_refuses_is_counted_and_not_sent_for_ever(
    sink: TokenSink, pusher: Pusher, partner: FakePartner, link: Link, card: Token
):
    partner.script[ADDRESS] = [refusal(2001, "uid too odd")]
    await sink.push(link.ctx, link.connection.id, card)
    await pusher.idle()
    assert await link.deviations() == {("tokens", "REFUSED", "/"): 1}
    assert await link.rows("select * from ocpi_push") == []


async def test_only_registered_partners_that_take_tokens_are_told(
    sink: TokenSink, pusher: Pusher, database: Database, brands: Brands, partner: FakePartner, link: Link, card: Token
):
    deaf = await connected(database, brands.voltara, partner, modules=("locations",))
    paused = await connected(database, brands.voltara, partner)
    async with database.work(brands.voltara) as work:
        await paused.connections.suspend(work, paused.connection.id)
    assert await sink.receivers(link.ctx) == [link.connection.id]
    assert await sink.receivers(brands.kilowind) == []
    await sink.push(link.ctx, deaf.connection.id, card)
    await pusher.idle()
    assert partner.asked == []
