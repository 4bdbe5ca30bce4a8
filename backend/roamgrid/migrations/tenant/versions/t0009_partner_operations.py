"""Operating partners: circuits, traffic by the minute, waiting pushes, due pulls and who runs one."""

from alembic import op

revision = "t0009"
down_revision = "t0008"
branch_labels = None

_TABLES = (
    """
    create table ocpi_circuit (
        connection uuid primary key references ocpi_connection on delete cascade,
        open boolean not null, failures integer not null, reason text not null,
        changed_at timestamptz not null, retry_at timestamptz, times_opened bigint not null default 0
    )""",
    """
    create table ocpi_traffic (
        connection uuid not null references ocpi_connection on delete cascade,
        way text not null, minute timestamptz not null, outcome text not null,
        requests bigint not null, busy_ms bigint not null,
        primary key (connection, way, minute, outcome)
    )""",
    "create index ocpi_traffic_minute on ocpi_traffic (minute)",
    """
    create table ocpi_push (
        connection uuid not null references ocpi_connection on delete cascade, kind text not null, key text not null,
        revision bigint not null default 1, attempts integer not null default 0, error text,
        offered_at timestamptz not null, next_at timestamptz not null, leased_until timestamptz,
        primary key (connection, kind, key)
    )""",
    "create index ocpi_push_due on ocpi_push (connection, next_at)",
    """
    create table ocpi_push_loss (
        connection uuid not null references ocpi_connection on delete cascade, kind text not null,
        lost bigint not null, last_lost_at timestamptz not null, missed_since timestamptz,
        missed_after text not null default '',
        primary key (connection, kind)
    )""",
    "alter table ocpi_pull add column next_at timestamptz, add column failures integer not null default 0",
    "create index ocpi_pull_due on ocpi_pull (next_at)",
    """
    create table ocpi_sync_lease (
        connection uuid primary key references ocpi_connection on delete cascade,
        holder uuid not null, held_until timestamptz not null
    )""",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop table ocpi_sync_lease, ocpi_push_loss, ocpi_push, ocpi_traffic, ocpi_circuit")
    op.execute("alter table ocpi_pull drop column next_at, drop column failures")
