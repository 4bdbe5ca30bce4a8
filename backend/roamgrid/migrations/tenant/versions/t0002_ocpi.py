"""Layer 2: partner connections, verbatim inbound bodies, deviations, where each pull stands."""

from alembic import op

from roamgrid.migrations import rights

revision = "t0002"
down_revision = "t0001"
branch_labels = None

_TABLES = (
    """
    create table ocpi_connection (
        id uuid primary key default uuidv7(),
        name text not null, status text not null, direction text not null, version text not null, dialect text not null,
        our_token_digest text not null, previous_token_digest text, previous_token_until timestamptz,
        their_token bytea, their_versions_url text, endpoints text not null default '[]', roles text not null default '[]',
        created_at timestamptz not null default now(), registered_at timestamptz, last_contact_at timestamptz
    )""",
    "create unique index ocpi_connection_token on ocpi_connection (our_token_digest)",
    "create index ocpi_connection_previous on ocpi_connection (previous_token_digest)",
    """
    create table ocpi_inbound (
        id uuid primary key default uuidv7(),
        connection uuid not null references ocpi_connection, module text not null, method text not null, path text not null,
        request_id text, body bytea not null, body_hash bytea not null,
        received_at timestamptz not null default now(), outcome text
    )""",
    "create index ocpi_inbound_body on ocpi_inbound (connection, module, body_hash)",
    """
    create table ocpi_deviation (
        connection uuid not null references ocpi_connection, module text not null, code text not null, field text not null,
        count bigint not null, first_seen timestamptz not null default now(), last_seen timestamptz not null default now(),
        example text not null,
        primary key (connection, module, code, field)
    )""",
    """
    create table ocpi_pull (
        connection uuid not null references ocpi_connection, module text not null,
        watermark timestamptz, last_pull_at timestamptz, last_full_at timestamptz, last_error text,
        objects bigint not null default 0,
        primary key (connection, module)
    )""",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    rights.run("grant select on ocpi_connection to {authorize}")


def downgrade() -> None:
    op.execute("drop table ocpi_pull, ocpi_deviation, ocpi_inbound, ocpi_connection")
