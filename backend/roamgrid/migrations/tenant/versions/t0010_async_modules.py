"""Requests whose outcome comes later, in both roles, and the optional modules of OCPI 2.3.0."""

from alembic import op

revision = "t0010"
down_revision = "t0009"
branch_labels = None

_COMMANDS = (
    "alter table command add column reservation_id text, add column expires_at timestamptz",
    "drop index command_open",
    """
    create index command_open on command (deadline)
     where state in ('REQUESTED', 'ACCEPTED', 'WAITING_FOR_PLUG', 'RESERVED')""",
    "create index command_reservation on command (reservation_id) where reservation_id is not null",
    """
    create sequence reservation_number as integer start 1 maxvalue 2147483647 cycle""",
)
_TABLES = (
    """
    create table profile_request (
        id uuid primary key, kind text not null check (kind in ('SET', 'CLEAR', 'ACTIVE')),
        source_id uuid not null, country_code text not null, party_id text not null, session_id text not null,
        profile text, duration_s integer, requested_at timestamptz not null, deadline timestamptz not null,
        response text, result text, active text, answered_at timestamptz, version bigint not null default 1
    )""",
    "create index profile_request_session on profile_request (country_code, party_id, session_id, requested_at)",
    """
    create table active_profile (
        source_id uuid not null, country_code text not null, party_id text not null, session_id text not null,
        active text not null, raw text not null, ocpi_version text, validation text,
        received_at timestamptz not null default now(), version bigint not null default 1,
        primary key (source_id, country_code, party_id, session_id)
    )""",
    """
    create table operator_demand (
        id uuid primary key, kind text not null, connection uuid not null, source_id uuid not null,
        country_code text not null, party_id text not null, response_url text not null,
        session_id text, reservation_id text, own_reservation_id text,
        requested_at timestamptz not null, response text, outcomes integer not null default 0
    )""",
    "create index operator_demand_reservation on operator_demand (connection, reservation_id, requested_at)",
    "create index operator_demand_session on operator_demand (session_id, kind) where session_id is not null",
    """
    create table operator_outcome (
        demand uuid not null references operator_demand, number integer not null, outcome text not null,
        received_at timestamptz not null default now(), told_at timestamptz, refused text,
        primary key (demand, number)
    )""",
    """
    create table module_object (
        id uuid primary key default uuidv7(), kind text not null, source_id uuid not null,
        country_code text not null, party_id text not null, object_id text not null, object_key text not null,
        canonical text not null, raw text not null, raw_hash bytea not null, ocpi_version text, validation text,
        last_updated timestamptz not null, received_at timestamptz not null default now(),
        version bigint not null default 1, withdrawn boolean not null default false, finding text,
        unique (kind, source_id, country_code, party_id, object_key)
    )""",
    "create index module_object_updated on module_object (kind, last_updated, id)",
    "create index cdr_without_case on cdr (country_code, party_id, lower(cdr_id))",
)


def upgrade() -> None:
    for statement in (*_COMMANDS, *_TABLES):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop index cdr_without_case")
    op.execute("drop table module_object, operator_outcome, operator_demand, active_profile, profile_request")
    op.execute("drop sequence reservation_number")
    op.execute("drop index command_reservation, command_open")
    op.execute("alter table command drop column reservation_id, drop column expires_at")
    op.execute("create index command_open on command (deadline) where state in ('REQUESTED', 'ACCEPTED', 'WAITING_FOR_PLUG')")
