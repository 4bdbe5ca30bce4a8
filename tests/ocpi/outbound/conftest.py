"""A partner on a real port, and a connection of Voltara's to it."""

from collections.abc import AsyncIterator

import pytest

from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.clients import PartnerClients
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
    clients = PartnerClients()
    yield clients
    await clients.close()


@pytest.fixture
def connection(partner: FakePartner) -> Connection:
    """A connection to the partner, without a database behind it."""
    return stranger(partner)


@pytest.fixture
def directory(database: Database) -> Directory:
    return Directory(database)


@pytest.fixture
async def link(database: Database, brands: Brands, partner: FakePartner) -> Link:
    """Voltara's registered connection to the partner."""
    return await connected(database, brands.voltara, partner)
