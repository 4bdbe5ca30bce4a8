"""The ceilings do what they claim to do: a fast ceiling that stores nothing would flatter nobody."""

import psycopg
import pytest

from roamgrid.cli.bench.ceilings import bare, copy, inserts
from roamgrid.cli.bench.ceilings.statements import SETTINGS, recording, replay
from roamgrid.cli.bench.lines import latency
from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import Near, StationQuery
from roamgrid.core.tokens import service as tokens
from tests.builders import SOURCE, connector, evse, location, received

_SHAPE = """
select (select array_agg(attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attgenerated::text order by attnum)
          from pg_attribute where attrelid = %(table)s::regclass and attnum > 0),
       (select array_agg(regexp_replace(pg_get_indexdef(indexrelid), '.* USING', '') order by 1)
          from pg_index where indrelid = %(table)s::regclass)"""


@pytest.fixture
async def pool(database, brand):
    async with bare.pool(database.url, brand.ctx.binding.schema) as opened:
        yield opened


async def test_the_select_finds_a_card_whatever_its_case(database, brand, pool):
    async with database.work(brand.ctx) as work:
        card = await tokens.add_rfid(work, None, "CARD01", brand.party.id, "Voltara")
    found = await bare.find(pool, "Card01")
    assert found is not None
    assert found[:6] == ("CARD01", "RFID", "NL", "VLT", card.contract_id, "Voltara")
    assert await bare.find(pool, "CARD02") is None


async def test_the_upsert_keeps_one_session_and_announces_every_change(owner, brand, pool):
    await bare.upsert(pool, brand.ctx.tenant, "S1", "first")
    await bare.upsert(pool, brand.ctx.tenant, "S1", "second")
    sessions = await (await owner.execute("select session_id, raw, version from t_voltara.session")).fetchall()
    assert sessions == [("S1", "second", 2)]
    told = await (await owner.execute("select tenant, type, aggregate from platform.outbox")).fetchall()
    assert told == [("voltara", "session.updated.v1", "session:S1")] * 2


async def test_a_pipeline_that_fails_stores_neither(owner, brand, pool):
    with pytest.raises(psycopg.errors.NotNullViolation):
        await bare.upsert(pool, None, "S1", "body")  # type: ignore[arg-type]
    assert await (await owner.execute("select 1 from t_voltara.session")).fetchall() == []


async def test_copy_fills_twins_of_the_tables_with_the_same_rows(database, brand, owner):
    page = [received(location("LOC1", evse("E1", connector(), connector(id="2")), evse("E2"))), received(location("LOC2"))]
    async with database.work(brand.ctx) as work:
        await locations.apply_page(work, SOURCE, page)
    tables = ("location", "evse", "connector")
    rows = await copy.export(owner, "t_voltara", tables)
    await copy.make_tables(owner, "t_voltara", tables)
    try:
        await copy.copy(owner, rows)
        for table in tables:
            theirs, ours = f"{copy.SCHEMA}.{table}", f"t_voltara.{table}"
            shapes = [await (await owner.execute(_SHAPE, {"table": name})).fetchone() for name in (theirs, ours)]
            assert shapes[0] == shapes[1]
        difference = "select count(*) from (table bench_copy.connector except table t_voltara.connector) as different"
        assert await (await owner.execute(difference)).fetchone() == (0,)
        assert await (await owner.execute("select count(*) from bench_copy.connector")).fetchone() == (4,)
    finally:
        await copy.drop_tables(owner)


async def test_every_body_is_inserted_once(database, owner):
    await inserts.install(owner)
    try:
        async with bare.pool(database.url, "platform") as opened:
            await inserts.store(opened, [b"one", b"two", b"three"], tasks=2)
        stored = await (await owner.execute("select body from platform.bench_body order by body")).fetchall()
        assert stored == [(b"one",), (b"three",), (b"two",)]
    finally:
        await inserts.remove(owner)


async def test_the_sql_of_a_search_is_recorded_and_finds_the_same_again(database, brand):
    async with database.work(brand.ctx) as work:
        await locations.apply_page(work, SOURCE, [received(location("LOC1", evse("E1"), evse("E2")))])
    near = Near(location().coordinates, 1000)
    async with recording(database.url, brand) as (work, record):
        rows = await locations.search(work, StationQuery(near))
        await locations.evses_of(work, [row.id for row in rows])
    assert len(record) == 3
    with psycopg.connect(database.url, autocommit=True) as conn:
        conn.execute(SETTINGS, (brand.ctx.binding.schema,))
        found = [len(conn.execute(statement.query, statement.params).fetchall()) for statement in record]
        assert replay(conn, [record], seconds=0.01)
    assert found == [1, 2, 2]


async def test_a_handled_delivery_leaves_its_latency(owner):
    for statement in latency.INSTALL:
        await owner.execute(statement)
    try:
        await owner.execute("""
            insert into platform.inbox (event_id, subscription, tenant, type, aggregate, aggregate_version, payload, created_at)
            values (uuidv7(), 's.t', 'voltara', 'e.v1', 'e:1', 1, '{}', now() - interval '2 seconds')""")
        assert await (await owner.execute(latency.WAITING)).fetchone() == (1,)
        await owner.execute("delete from platform.inbox")
        row = await (await owner.execute(latency.READ)).fetchone()
        assert row is not None
        assert row[:2] == (1, 1)
        assert row[2] >= 2000.0
        assert await (await owner.execute(latency.WAITING)).fetchone() == (0,)
    finally:
        for statement in latency.REMOVE:
            await owner.execute(statement)


async def test_a_tenants_own_role_can_close_deliveries_while_latency_is_noted(database, brand, owner):
    for statement in latency.INSTALL:
        await owner.execute(statement)
    try:
        await owner.execute("""
            insert into platform.inbox (event_id, subscription, tenant, type, aggregate, aggregate_version, payload, created_at)
            values (uuidv7(), 's.t', 'voltara', 'e.v1', 'e:1', 1, '{}', now())""")
        async with database.work(brand.ctx) as work:
            await work.conn.execute("delete from platform.inbox")
        row = await (await owner.execute(latency.READ)).fetchone()
        assert row is not None and row[0] == 1
    finally:
        for statement in latency.REMOVE:
            await owner.execute(statement)
