"""Bring the shared schema and every tenant's schema to the newest revision (Alembic, two branches).

One tenant that fails is recorded and skipped; the others go on; running it again resumes. A revision never waits longer than
five seconds for a lock, so that a migration cannot stop the traffic.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from roamgrid import migrations
from roamgrid.tenancy import provisioning
from roamgrid.tenancy.naming import PLATFORM_SCHEMA, RoleNames

_ROOT = Path(migrations.__file__).parent
_LOCK = 7_041_977


@dataclass(frozen=True, slots=True)
class Migrated:
    """The outcome for one schema: its revision now, or why it stayed behind."""

    schema: str
    revision: str | None
    error: str | None = None


def scripts(branch: str) -> ScriptDirectory:
    """The revisions of `platform` or `tenant`."""
    config = Config()
    config.set_main_option("script_location", str(_ROOT / branch))
    return ScriptDirectory.from_config(config)


def migrate(url: str, *, progress: Callable[[Migrated], None] | None = None) -> list[Migrated]:
    """Migrate the shared schema, then every tenant in the directory. Raises when the shared schema fails."""
    with _owner(url) as engine, engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        try:
            return list(_all(connection, RoleNames.of(url), progress))
        finally:
            connection.rollback()
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.commit()


def wait_for_others(connection: Connection) -> None:
    """Until this transaction ends nobody else migrates, applies or deletes in this database."""
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def upgrade_tenant(connection: Connection, script: ScriptDirectory, schema: str) -> str | None:
    """Bring one tenant's schema to the newest revision inside the caller's transaction."""
    connection.execute(text("select set_config('search_path', :schema, true)"), {"schema": schema})
    return _upgrade(connection, script, schema)


def _all(connection: Connection, roles: RoleNames, progress: Callable[[Migrated], None] | None) -> Iterator[Migrated]:
    with connection.begin():
        provisioning.ensure_platform(connection, roles)
        done = Migrated(PLATFORM_SCHEMA, _upgrade(connection, scripts("platform"), PLATFORM_SCHEMA))
    yield _told(done, progress)
    with connection.begin():
        rows = connection.execute(text("select slug, schema_name from platform.tenant order by slug")).all()
    script = scripts("tenant")
    for slug, schema in rows:
        yield _told(_one(connection, script, slug, schema), progress)


def _one(connection: Connection, script: ScriptDirectory, slug: str, schema: str) -> Migrated:
    try:
        with connection.begin():
            revision = upgrade_tenant(connection, script, schema)
            record_revision(connection, slug, revision, None)
        return Migrated(schema, revision)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        with connection.begin():
            record_revision(connection, slug, None, reason)
        return Migrated(schema, None, reason)


def record_revision(connection: Connection, slug: str, revision: str | None, error: str | None) -> None:
    """Note in the directory where a tenant's schema stands."""
    connection.execute(
        text(
            "update platform.tenant set revision = coalesce(:revision, revision), migration_error = :error where slug = :slug"
        ),
        {"slug": slug, "revision": revision, "error": error},
    )


def _upgrade(connection: Connection, script: ScriptDirectory, schema: str) -> str | None:
    connection.execute(text("set local lock_timeout = '5s'"))
    context = MigrationContext.configure(
        connection,
        opts={
            "fn": lambda revision, _context: script._upgrade_revs("heads", revision),
            "script": script,
            "version_table_schema": schema,
            "transaction_per_migration": False,
        },
    )
    with Operations.context(context):
        context.run_migrations()
    return script.get_current_head()


def _told(done: Migrated, progress: Callable[[Migrated], None] | None) -> Migrated:
    if progress is not None:
        progress(done)
    return done


@contextmanager
def _owner(url: str) -> Iterator[Engine]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        yield engine
    finally:
        engine.dispose()
