"""Fixtures of the measured world."""

from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.cli.bench.world import Brand
from roamgrid.kernel.crypto import Vault
from roamgrid.ocpi.connections.model import Direction
from roamgrid.ocpi.connections.store import Connections
from roamgrid.tenancy.database import Database
from tests.conftest import Brands


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[AsyncConnection[TupleRow]]:
    """The database's owner, as ceilings connect."""
    async with await psycopg.AsyncConnection.connect(database.url, autocommit=True) as conn:
        yield conn


@pytest.fixture
async def brand(database: Database, brands: Brands) -> Brand:
    """A brand with an invited partner."""
    async with database.work(brands.voltara) as work:
        connection = await Connections(Vault(b"k")).add(
            work, name="operator", direction=Direction.THEY_REGISTER, our_token="t", version="2.2.1", dialect="default"
        )
    party = Party(PartyId("NL", "VLT"), Role.EMSP, "Voltara")
    return Brand(brands.voltara, "voltara.localhost", party, connection, "t")
