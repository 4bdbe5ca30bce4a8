"""Several channels to one thing: merged stations, where each source stands, parties behind hubs, copies of CDRs.

A session and a CDR are named by their owner and its id, whatever channel they came over (OCPI, CDR object). The keys are
narrowed accordingly, which fails when two channels have delivered the same object before: no row is dropped to make it fit.
"""

from alembic import op

from roamgrid.migrations import rights

revision = "t0007"
down_revision = "t0006"
branch_labels = None

_TABLES = (
    """
    create table station_member (
        location bigint primary key references location on delete cascade,
        station bigint not null
    )""",
    "create index station_member_station on station_member (station)",
    """
    create table source_standing (
        source_id uuid primary key,
        kind text not null default 'bilateral' check (kind in ('bilateral', 'hub')),
        reachable boolean not null default true,
        since timestamptz not null
    )""",
    """
    create table hub_client (
        source_id uuid not null, country_code text not null, party_id text not null, role text not null,
        status text not null, last_updated timestamptz not null, received_at timestamptz not null,
        primary key (source_id, country_code, party_id, role)
    )""",
    """
    create table cdr_copy (
        cdr uuid not null references cdr, source_id uuid not null, inbound_id uuid not null, content_hash bytea not null,
        raw text not null, ocpi_version text, received_at timestamptz not null default now(),
        primary key (cdr, source_id, content_hash)
    )""",
    "alter table session drop constraint session_source_id_country_code_party_id_session_id_key",
    "alter table session add constraint session_key unique (country_code, party_id, session_id)",
    "alter table cdr drop constraint cdr_source_id_country_code_party_id_cdr_id_key",
    "alter table cdr add constraint cdr_key unique (country_code, party_id, cdr_id)",
)

_UNDONE = (
    "alter table cdr drop constraint cdr_key",
    """alter table cdr add constraint cdr_source_id_country_code_party_id_cdr_id_key
        unique (source_id, country_code, party_id, cdr_id)""",
    "alter table session drop constraint session_key",
    """alter table session add constraint session_source_id_country_code_party_id_session_id_key
        unique (source_id, country_code, party_id, session_id)""",
    "drop table cdr_copy, hub_client, source_standing, station_member",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    rights.run("grant maintain on station_member to {tenant}")
    rights.run("revoke update, delete on cdr_copy from {tenant}")


def downgrade() -> None:
    for statement in _UNDONE:
        op.execute(statement)
