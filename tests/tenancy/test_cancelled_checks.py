"""A connection that a cancelled task left in autocommit is bound to its tenant all the same."""

import pytest

from roamgrid.tenancy.database import Database
from tests.conftest import Brands

WHO = "select current_setting('role') as role, current_schema() as schema"


@pytest.mark.isolation
async def test_a_connection_left_in_autocommit_still_runs_as_the_tenant(database_url: str, brands: Brands):
    database = Database(database_url, max_connections=1)
    await database.open()
    try:
        async with database._pool.connection() as conn:
            await conn.set_autocommit(True)
        for ctx in (brands.voltara, brands.kilowind):
            async with database.work(ctx) as work:
                row = await (await work.conn.execute(WHO)).fetchone()
            assert row == {"role": ctx.binding.role, "schema": ctx.binding.schema}
        async with database._pool.connection() as conn:
            await conn.set_autocommit(True)
        async with database.platform() as conn:
            row = await (await conn.execute(WHO)).fetchone()
        assert row == {"role": database.roles.platform, "schema": "platform"}
    finally:
        await database.close()
