"""Two brands with the same operator, tariffs and ids: what one is billed must never reach the other."""

import pytest

from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.settlement.world import World


@pytest.fixture
async def voltara(database: Database, brands: Brands) -> World:
    """The brand under test, ready to charge."""
    world = World(database, brands.voltara)
    await world.prepare()
    return world


@pytest.fixture
async def kilowind(database: Database, brands: Brands) -> World:
    """The brand that must not notice."""
    world = World(database, brands.kilowind)
    await world.prepare()
    return world
