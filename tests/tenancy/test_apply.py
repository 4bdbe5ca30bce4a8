"""The database says what the declarations say, and forgets what they no longer say."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import create_engine, make_url

from roamgrid.tenancy import apply as tenancy
from roamgrid.tenancy import migrations
from roamgrid.tenancy.apply import Change, PartyTaken
from roamgrid.tenancy.checks import no_orphan_tenant_objects
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import UnknownTenant
from tests.tenancy.conftest import brand


@pytest.fixture
def url(new_url: str) -> str:
    """A database with the shared schema and no brand."""
    migrations.migrate(new_url)
    return new_url


def rows(url: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as owner:
        return owner.execute(question).fetchall()


def test_applying_twice_changes_nothing_the_second_time(url: str) -> None:
    first = tenancy.apply(url, brand())
    assert Change("theme.primary", None, "#112233") in first
    assert tenancy.apply(url, brand()) == []


def test_a_change_is_shown_by_path_before_and_after(url: str) -> None:
    tenancy.apply(url, brand())
    theme = {"primary": "#ffffff", "accent": "#445566", "logo_text": "acme"}
    wanted = brand(name="Acme Power", theme=theme)
    changes = [Change("name", "Acme", "Acme Power"), Change("theme.primary", "#112233", "#ffffff")]
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        assert tenancy.diff(connection, wanted) == changes
    engine.dispose()
    assert tenancy.apply(url, wanted) == changes
    assert tenancy.apply(url, wanted) == []


def test_hosts_and_parties_follow_the_declaration(url: str) -> None:
    tenancy.apply(url, brand())
    tenancy.apply(url, brand(hosts=("acme.example", "charge.example")))
    assert rows(url, "select host from platform.tenant_host order by 1") == [("acme.example",), ("charge.example",)]


@pytest.mark.parametrize("rival", [brand("rival", "RIV", hosts=("acme.localhost",)), brand("rival", "ACM")])
def test_what_belongs_to_another_brand_is_refused_and_leaves_no_trace(url: str, rival: object) -> None:
    tenancy.apply(url, brand())
    with pytest.raises(PartyTaken, match="belongs to 'acme'"):
        tenancy.apply(url, rival)  # type: ignore[arg-type]
    assert rows(url, "select slug from platform.tenant") == [("acme",)]
    assert rows(url, "select nspname from pg_namespace where nspname like 't\\_%'") == [("t_acme",)]


def test_two_brands_that_want_one_host_at_once_do_not_both_get_it(url: str) -> None:
    def attempt(declared: object) -> str:
        try:
            tenancy.apply(url, declared)  # type: ignore[arg-type]
        except PartyTaken:
            return "refused"
        return "applied"

    rivals = [brand(name, party, hosts=("one.localhost",)) for name, party in (("acme", "ACM"), ("rival", "RIV"))]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, rivals)) == ["applied", "refused"]


async def test_a_deleted_brand_leaves_no_schema_no_role_and_no_rows(url: str) -> None:
    tenancy.apply(url, brand())
    tenancy.apply(url, brand("other", "OTH"))
    with psycopg.connect(url) as owner:
        owner.execute(
            "insert into platform.outbox (tenant, type, aggregate, aggregate_version, payload) "
            "select tenant, 'x', 'x', 1, '{}' from unnest(array['acme', 'other']) tenant"
        )
        owner.execute(
            "insert into platform.inbox (event_id, subscription, created_at, tenant, type, aggregate, "
            "aggregate_version, payload) "
            "select uuidv7(), 's', now(), tenant, 'x', 'x', 1, '{}' from unnest(array['acme', 'other']) tenant"
        )
    tenancy.delete(url, "acme")
    assert rows(url, "select nspname from pg_namespace where nspname like 't\\_%'") == [("t_other",)]
    assert rows(url, "select rolname from pg_roles where starts_with(rolname, current_database() || '.t_')") == [
        (f"{make_url(url).database}.t_other",)
    ]
    for table in ("tenant", "tenant_host", "tenant_party"):
        assert rows(url, f"select slug from platform.{table}") == [("other",)]
    for table in ("outbox", "inbox"):
        assert rows(url, f"select tenant from platform.{table}") == [("other",)]
    with pytest.raises(UnknownTenant):
        tenancy.delete(url, "acme")
    tenancy.apply(url, brand())
    assert len(rows(url, "select slug from platform.tenant")) == 2, "the name is free again"


async def test_the_check_for_orphans_finds_each_kind(url: str) -> None:
    tenancy.apply(url, brand())
    database = Database(url, max_connections=2)
    await database.open()
    try:
        good = await no_orphan_tenant_objects(database)
        assert (good.ok, good.figures) == (True, {"brands": 1, "orphans": 0})
        with psycopg.connect(url) as owner:
            owner.execute("create schema t_ghost")
            owner.execute(f'create role "{make_url(url).database}.t_ghost"')
            owner.execute("delete from platform.tenant_host")
            owner.execute(
                "insert into platform.outbox (tenant, type, aggregate, aggregate_version, payload) values ('gone', "
                "'x', 'x', 1, '{}')"
            )
        bad = await no_orphan_tenant_objects(database)
        assert (bad.ok, bad.figures) == (False, {"brands": 1, "orphans": 4})
        assert bad.detail == (
            f"brand without host: acme, event without brand: gone, role without brand: {make_url(url).database}.t_ghost, "
            "schema without brand: t_ghost"
        )
    finally:
        await database.close()
