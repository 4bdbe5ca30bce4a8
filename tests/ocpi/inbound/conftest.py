"""The surface, and one registered operator for each brand."""

from collections.abc import AsyncIterator

import pytest

from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.inbound.world import Partner, World, open_world


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """The OCPI surface of both brands."""
    async with open_world(database) as world:
        yield world


@pytest.fixture
async def cpo(world: World, brands: Brands) -> Partner:
    """Greenfield, an operator registered with Voltara."""
    return await world.partner(brands.voltara)


@pytest.fixture
async def other(world: World, brands: Brands) -> Partner:
    """An operator of the same party id, registered with Kilowind: whatever Greenfield does at Voltara, it must not see."""
    return await world.partner(brands.kilowind, "Elsewhere")
