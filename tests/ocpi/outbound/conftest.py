"""A partner on a real port, and a connection of Voltara's to it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.clients import ANY_ADDRESS, PartnerClients
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory
from tests.conftest import Brands
from tests.ocpi.outbound.partner import FakePartner, running_partner
from tests.ocpi.outbound.world import Link, connected, stranger


@pytest.fixture
async def partner() -> AsyncIterator[FakePartner]:
    async with running_partner() as partner:
        yield partner


@pytest.fixture
async def clients() -> AsyncIterator[PartnerClients]:
    clients = PartnerClients(ANY_ADDRESS)
    yield clients
    await clients.close()


@pytest.fixture
def connection(partner: FakePartner) -> Connection:
    """A connection to the partner, without a database behind it."""
    return stranger(partner)


@pytest.fixture
async def blackhole() -> AsyncIterator[str]:
    """The address of a partner that takes connections and never says a word."""
    gone = asyncio.Event()

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    gone.set()
    server.close()
    await server.wait_closed()


@pytest.fixture
def directory(database: Database) -> Directory:
    return Directory(database)


@pytest.fixture
async def link(database: Database, brands: Brands, partner: FakePartner) -> Link:
    """Voltara's registered connection to the partner."""
    return await connected(database, brands.voltara, partner)
