"""Take the newest tenant revision back, so that there is something to migrate."""

from collections.abc import Sequence

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, make_url, text

from roamgrid.tenancy.migrations import scripts


def step_back(url: str, schemas: Sequence[str]) -> None:
    """Downgrade every schema by one revision, each in a transaction of its own."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    script = scripts("tenant")
    try:
        with engine.connect() as connection:
            for schema in schemas:
                with connection.begin():
                    connection.execute(text("select set_config('search_path', :schema, true)"), {"schema": schema})
                    context = MigrationContext.configure(
                        connection,
                        opts={
                            "fn": lambda revision, _context: script._downgrade_revs("-1", revision),
                            "script": script,
                            "version_table_schema": schema,
                            "transaction_per_migration": False,
                        },
                    )
                    with Operations.context(context):
                        context.run_migrations()
    finally:
        engine.dispose()
