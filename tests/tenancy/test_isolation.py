"""Fails closed: what nobody bound to a tenant reaches no tenant, and what is bound reaches one."""

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from roamgrid.bus.events import Event, publish
from roamgrid.tenancy.database import BIND, Database, UnboundSession
from tests.conftest import Brands

pytestmark = pytest.mark.isolation


async def test_a_session_that_nobody_bound_raises_before_its_first_statement(database: Database) -> None:
    async with AsyncSession(database._engine) as session:
        with pytest.raises(UnboundSession):
            await session.exec(text("select 1"))  # type: ignore[call-overload]


async def test_a_connection_that_nobody_bound_sees_no_tenant_table(database: Database) -> None:
    async with database._pool.connection() as conn:
        with pytest.raises(psycopg.errors.UndefinedTable):
            await conn.execute("select * from token")


@pytest.mark.parametrize(
    "statement", ["select * from t_kilowind.token", "delete from t_kilowind.token", "create table t_kilowind.x ()"]
)
async def test_one_brand_cannot_reach_into_anothers_schema(database: Database, brands: Brands, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.work(brands.voltara) as work:
            await work.conn.execute(statement)


@pytest.mark.parametrize("table", ["tenant", "tenant_host", "tenant_party"])
async def test_no_brand_reads_the_directory(database: Database, brands: Brands, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.work(brands.voltara) as work:
            await work.conn.execute(f"select * from platform.{table}")


async def test_the_shared_role_reaches_no_tenant(database: Database) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.platform() as conn:
            await conn.execute("select * from t_voltara.token")


async def test_role_and_schema_are_gone_with_the_transaction(database: Database, brands: Brands) -> None:
    question = (
        "select current_user, session_user, current_setting('search_path') as path, "
        "current_setting('app.tenant', true) as tenant"
    )
    async with database._pool.connection() as conn:
        before = await (await conn.execute(question)).fetchone()
        await conn.commit()
        binding = brands.voltara.binding
        await conn.execute(BIND, (binding.schema, binding.role, binding.slug))
        bound = await (await conn.execute(question)).fetchone()
        await conn.commit()
        after = await (await conn.execute(question)).fetchone()
    assert before is not None
    assert bound is not None
    assert after is not None
    assert (bound["current_user"], bound["path"], bound["tenant"]) == (binding.role, binding.schema, "voltara")
    assert (after["current_user"], after["path"]) == (before["session_user"], before["path"])
    assert after["tenant"] in ("", None)


async def test_both_ways_to_the_database_are_bound_alike_and_read_rows_by_name(database: Database, brands: Brands) -> None:
    question = "select current_user, current_schema, current_setting('app.tenant') as tenant"
    async with database.work(brands.voltara) as work:
        named = await (await work.conn.execute(question)).fetchone()
    async with database.orm(brands.voltara) as orm:
        beneath = await (await orm.conn.execute(question)).fetchone()
        above = (await orm.session.connection()).exec_driver_sql(question)
        row = (await above).one()
    binding = brands.voltara.binding
    assert named == beneath == {"current_user": binding.role, "current_schema": binding.schema, "tenant": "voltara"}
    assert tuple(row) == (binding.role, binding.schema, "voltara")


async def test_a_savepoint_of_a_session_stays_bound(database: Database, brands: Brands) -> None:
    async with database.orm(brands.voltara) as work:
        with pytest.raises(ZeroDivisionError):
            async with work.session.begin_nested():
                raise ZeroDivisionError
        row = await (await work.conn.execute("select current_user as role")).fetchone()
    assert row == {"role": brands.voltara.binding.role}


async def test_both_ways_commit_together_or_not_at_all(database: Database, brands: Brands) -> None:
    event = Event("thing.happened.v1", "thing:1", 1, {})
    with pytest.raises(ZeroDivisionError):
        async with database.orm(brands.voltara) as work:
            await publish(work, event)
            raise ZeroDivisionError
    async with database.orm(brands.voltara) as work:
        await publish(work, event)
    async with database.platform() as conn:
        rows = await (await conn.execute("select tenant from platform.outbox")).fetchall()
    assert rows == [{"tenant": "voltara"}]


async def test_the_outbox_takes_no_event_in_another_brands_name(database: Database, brands: Brands) -> None:
    forged = (
        "insert into platform.outbox (tenant, type, aggregate, aggregate_version, payload) values "
        "('kilowind', 'x', 'x', 1, '{}')"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        async with database.work(brands.voltara) as work:
            await work.conn.execute(forged)


@pytest.mark.parametrize("verb", ["select * from", "delete from"])
async def test_a_brand_cannot_read_or_empty_the_outbox(database: Database, brands: Brands, verb: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.work(brands.voltara) as work:
            await work.conn.execute(f"{verb} platform.outbox")


async def test_of_the_inbox_a_brand_sees_and_closes_its_own_rows_only(database: Database, brands: Brands) -> None:
    file = """insert into platform.inbox (event_id, subscription, tenant, type, aggregate, aggregate_version,
                                         payload, created_at)
              select uuidv7(), 'x', tenant, 'x', 'x', 1, '{}', now() from unnest(array['voltara', 'kilowind']) as tenant"""
    async with database.platform() as conn:
        await conn.execute(file)
    async with database.work(brands.voltara) as work:
        seen = await (await work.conn.execute("select tenant from platform.inbox")).fetchall()
        closed = await work.conn.execute("delete from platform.inbox")
    assert (seen, closed.rowcount) == ([{"tenant": "voltara"}], 1)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.work(brands.voltara) as work:
            await work.conn.execute(file)


async def test_the_authorize_role_reads_tokens_and_connections_and_nothing_else(database: Database, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as owner:
        granted = owner.execute(
            "select table_schema, table_name, privilege_type from information_schema.role_table_grants where "
            "grantee = %s order by 1, 2",
            (database.roles.authorize,),
        ).fetchall()
        assert granted == [
            (schema, table, "SELECT")
            for schema in ("t_kilowind", "t_voltara")
            for table in ("ocpi_connection", "token", "token_policy", "token_use")
        ]
        owner.execute("select set_config('role', %s, false)", (database.roles.authorize,))
        assert owner.execute("select count(*) from t_voltara.token").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("select * from t_voltara.session")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("select email from t_voltara.driver")
