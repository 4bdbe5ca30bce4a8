"""The served API."""

from collections.abc import AsyncIterator

import pytest

from roamgrid.tenancy.database import Database
from tests.graphql.world import World, serving


@pytest.fixture
async def world(database: Database, redis_url: str) -> AsyncIterator[World]:
    """The driver API of both brands on a real port."""
    async with serving(database, redis_url) as served:
        yield served
