"""A deployment whose login owns its database but is no superuser: CREATEROLE is enough for everything."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from roamgrid.bus.relay import Relay
from roamgrid.bus.subscriptions import Subscriptions
from roamgrid.kernel.embedded import ServiceUrls
from roamgrid.tenancy import apply as tenancy
from roamgrid.tenancy import migrations
from roamgrid.tenancy.checks import no_orphan_tenant_objects
from roamgrid.tenancy.context import TenantSlug
from roamgrid.tenancy.database import Database
from tests.bus.posting import event, tell
from tests.sandbox.serving import eventually
from tests.tenancy.conftest import brand, forget


@pytest.fixture
def owner_url(services: ServiceUrls) -> Iterator[str]:
    """A database that belongs to a login without any other right than to make roles."""
    name = f"rg_owned_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    login = sql.Identifier(f"{name}_owner")
    with psycopg.connect(services.database_url, autocommit=True) as server:
        forget(server, name)
        server.execute(sql.SQL("drop role if exists {}").format(login))
        server.execute(sql.SQL("create role {} login createrole nosuperuser password 'owner'").format(login))
        server.execute(sql.SQL("grant {} to current_user").format(login))
        server.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), login))
        yield (
            make_url(services.database_url)
            .set(username=f"{name}_owner", password="owner", database=name)
            .render_as_string(hide_password=False)
        )
        forget(server, name)
        server.execute(sql.SQL("drop role {}").format(login))


async def test_an_owner_without_superuser_rights_can_do_everything(owner_url: str) -> None:
    assert [done.error for done in migrations.migrate(owner_url)] == [None]
    tenancy.apply(owner_url, brand())
    tenancy.apply(owner_url, brand("other", "OTH"))
    tenancy.delete(owner_url, "other")
    tenancy.apply(owner_url, brand("other", "OTH"))
    assert [done.error for done in migrations.migrate(owner_url)] == [None] * 3

    async def nobody(*_: object) -> None:
        raise AssertionError("no subscription, no listener")

    async def listen(_: object) -> None:
        return None

    database = Database(owner_url, max_connections=2)
    await database.open()
    try:
        await tell(database, database.context(TenantSlug("acme")), event())
        await eventually(Relay(database, Subscriptions([]), nobody, listen).relay_once)
        assert (await no_orphan_tenant_objects(database)).ok
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with database.work(database.context(TenantSlug("acme"))) as plain:
                await plain.conn.execute("select * from t_other.token")
    finally:
        await database.close()


def test_the_owner_holds_no_rights_of_a_role_that_it_has_not_become(owner_url: str) -> None:
    migrations.migrate(owner_url)
    tenancy.apply(owner_url, brand())
    with psycopg.connect(owner_url) as owner:
        memberships = owner.execute(
            "select bool_or(inherit_option), bool_or(set_option) from pg_auth_members m join pg_roles r on r.oid "
            "= m.member where r.rolname = current_user"
        ).fetchone()
    assert memberships == (False, True)
