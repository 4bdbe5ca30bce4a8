"""The outcome of validation of every object, as what we face each partner, and the version that it is moved from."""

from alembic import op

revision = "t0006"
down_revision = "t0005"
branch_labels = None

_CONNECTION = """
alter table ocpi_connection
  add as_role text not null default 'EMSP' check (as_role in ('EMSP', 'CPO', 'BOTH')),
  add pinned boolean not null default false,
  add hub text,
  add previous_version text,
  add previous_version_until timestamptz"""

# All that is stored so far came in OCPI 2.2.1; how it stood up to validation was not kept. A default that is dropped again
# fills the rows that are there without writing them.
_OBJECTS = tuple(
    statement
    for table in ("location", "tariff_version", "session", "cdr")
    for statement in (
        f"alter table {table} add validation text check (validation in ('strict', 'deviating'))",
        f"alter table {table} add ocpi_version text default '2.2.1'",
        f"alter table {table} alter ocpi_version drop default",
    )
)
_INBOUND = (
    "alter table ocpi_inbound add ocpi_version text default '2.2.1'",
    "alter table ocpi_inbound alter ocpi_version drop default",
)
_NO_STATISTICS = tuple(
    f"alter table {table} alter validation set statistics 0, alter ocpi_version set statistics 0"
    for table in ("location", "tariff_version")
)
_BACK = (
    "alter table ocpi_inbound drop ocpi_version",
    "alter table location drop validation, drop ocpi_version",
    "alter table tariff_version drop validation, drop ocpi_version",
    "alter table session drop validation, drop ocpi_version",
    "alter table cdr drop validation, drop ocpi_version",
    """
    alter table ocpi_connection
      drop as_role, drop pinned, drop hub, drop previous_version, drop previous_version_until""",
)


def upgrade() -> None:
    for statement in (_CONNECTION, *_OBJECTS, *_INBOUND, *_NO_STATISTICS):
        op.execute(statement)


def downgrade() -> None:
    for statement in _BACK:
        op.execute(statement)
