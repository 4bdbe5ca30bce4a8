"""Two branches of revisions; one brand's trouble never stops the others."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text

from roamgrid.tenancy import apply as tenancy
from roamgrid.tenancy import migrations, provisioning
from roamgrid.tenancy.context import TenantSlug
from roamgrid.tenancy.migrations import Migrated
from roamgrid.tenancy.naming import RoleNames
from tests.tenancy.conftest import brand

BRANDS = 200
NEW_REVISION = """
from alembic import op

revision = "t9999"
down_revision = "{head}"
branch_labels = None


def upgrade():
    op.execute("alter table token add column nickname text")
    op.execute("create index token_nickname on token (nickname)")


def downgrade():
    op.execute("alter table token drop column nickname")
"""


@pytest.fixture
def connection(new_url: str) -> Iterator[Connection]:
    """The owner's connection to a migrated database."""
    migrations.migrate(new_url)
    engine = create_engine(make_url(new_url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def a_new_revision(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The shipped revisions and one that nobody has yet."""
    head = migrations.scripts("tenant").get_current_head()
    shutil.copytree(migrations._ROOT, tmp_path / "migrations")
    (tmp_path / "migrations/tenant/versions/t9999_new.py").write_text(NEW_REVISION.format(head=head))
    monkeypatch.setattr(migrations, "_ROOT", tmp_path / "migrations")
    return "t9999"


@pytest.mark.parametrize("branch", ["platform", "tenant"])
def test_each_branch_has_one_base_one_head_and_its_own_label(branch: str) -> None:
    script = migrations.scripts(branch)
    assert len(script.get_heads()) == len(script.get_bases()) == 1
    assert all(revision.revision.startswith(branch[0]) for revision in script.walk_revisions())
    assert branch in script.get_revision(script.get_bases()[0]).branch_labels


def test_migrating_twice_changes_nothing(new_url: str) -> None:
    first = migrations.migrate(new_url)
    tenancy.apply(new_url, brand())
    told: list[Migrated] = []
    second = migrations.migrate(new_url, progress=told.append)
    assert first == [Migrated("platform", migrations.scripts("platform").get_current_head())]
    assert second == [*first, Migrated("t_acme", migrations.scripts("tenant").get_current_head())]
    assert told == second


def test_a_brand_goes_up_down_and_up_again_to_the_same_tables(connection: Connection) -> None:
    script, schema = migrations.scripts("tenant"), "t_acme"
    tables = text("select tablename from pg_tables where schemaname = 't_acme' and tablename <> 'alembic_version' order by 1")
    columns = text(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 't_acme' order by 1, 2"
    )
    with connection.begin():
        roles = RoleNames(connection.engine.url.database or "")
        provisioning.ensure_tenant(connection, roles, roles.binding(TenantSlug("acme")))
        migrations.upgrade_tenant(connection, script, schema)
        up = connection.execute(columns).all()
        downgrade(connection, script, schema)
        assert connection.execute(tables).all() == []
        migrations.upgrade_tenant(connection, script, schema)
        assert connection.execute(columns).all() == up
        assert len(up) > 100


def test_a_revision_reaches_two_hundred_brands_and_skips_the_broken_one(
    connection: Connection, new_url: str, request: pytest.FixtureRequest
) -> None:
    head = migrations.scripts("tenant").get_current_head()
    for number in range(BRANDS):
        stamped_brand(connection, f"b{number}", head, f"{number:03}")
    with connection.begin():
        connection.execute(text("drop table t_b77.token"))
    new_head = request.getfixturevalue("a_new_revision")

    outcome = {done.schema: done for done in migrations.migrate(new_url)}

    assert len(outcome) == BRANDS + 1
    broken = outcome.pop("t_b77")
    assert (broken.revision, broken.error is not None and 'relation "token" does not exist' in broken.error) == (None, True)
    assert {done.revision for schema, done in outcome.items() if schema != "platform"} == {new_head}
    with connection.begin():
        grown = connection.execute(
            text("select count(*) from information_schema.columns where column_name = 'nickname'")
        ).scalar_one()
        behind = connection.execute(text("select slug, revision from platform.tenant where migration_error is not null")).all()
    assert grown == BRANDS - 1
    assert [tuple(row) for row in behind] == [("b77", head)]

    with connection.begin():
        connection.execute(text("create table t_b77.token (uid text)"))
    assert {done.error for done in migrations.migrate(new_url)} == {None}, "running it again resumes"
    with connection.begin():
        assert (
            connection.execute(text("select count(*) from platform.tenant where migration_error is null")).scalar_one()
            == BRANDS
        )


def test_a_revision_waits_for_nobody_longer_than_five_seconds(
    connection: Connection, new_url: str, a_new_revision: str
) -> None:
    stamped_brand(connection, "busy", migrations.scripts("tenant").get_revision(a_new_revision).down_revision)
    stamped_brand(connection, "idle", migrations.scripts("tenant").get_revision(a_new_revision).down_revision, "IDL")
    with psycopg.connect(new_url) as somebody:
        somebody.execute("lock table t_busy.token")
        outcome = {done.schema: done for done in migrations.migrate(new_url)}
    assert outcome["t_idle"].revision == a_new_revision
    assert outcome["t_busy"].error is not None
    assert "lock timeout" in outcome["t_busy"].error


def downgrade(connection: Connection, script: ScriptDirectory, schema: str) -> None:
    """Back to an empty schema."""
    context = MigrationContext.configure(
        connection,
        opts={
            "fn": lambda revision, _context: script._downgrade_revs("base", revision),
            "script": script,
            "version_table_schema": schema,
        },
    )
    with Operations.context(context):
        context.run_migrations()


def stamped_brand(connection: Connection, slug: str, head: object, party: str = "ACM") -> None:
    """A brand with one table that says it is up to date: as much of a schema as the next revision looks at."""
    roles = RoleNames(connection.engine.url.database or "")
    binding = roles.binding(TenantSlug(slug))
    with connection.begin():
        provisioning.ensure_tenant(connection, roles, binding)
        tenancy._write(connection, brand(slug, party), binding.schema, binding.role)
        for statement in (
            f"create table {binding.schema}.token (uid text)",
            f"create table {binding.schema}.alembic_version (version_num text primary key)",
            f"insert into {binding.schema}.alembic_version values ('{head}')",
        ):
            connection.exec_driver_sql(statement)
        migrations.record_revision(connection, slug, str(head), None)
