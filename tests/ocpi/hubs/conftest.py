"""A hub on a real port that we call, and the surface on which it calls us."""

from collections.abc import AsyncIterator

import pytest

from roamgrid.ocpi.outbound.clients import ANY_ADDRESS, PartnerClients
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory
from tests.ocpi.inbound.world import World, open_world
from tests.ocpi.outbound.partner import FakePartner, running_partner


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """The OCPI surface of both brands."""
    async with open_world(database) as world:
        yield world


@pytest.fixture
async def platform() -> AsyncIterator[FakePartner]:
    """The hub's own API."""
    async with running_partner() as platform:
        yield platform


@pytest.fixture
async def clients() -> AsyncIterator[PartnerClients]:
    clients = PartnerClients(ANY_ADDRESS)
    yield clients
    await clients.close()


@pytest.fixture
def directory(database: Database) -> Directory:
    return Directory(database)
