"""Layer 1: parties, locations, tariffs with all their versions, tokens, authorizations, sessions, CDRs, commands."""

from alembic import op

from roamgrid.migrations import rights

revision = "t0001"
down_revision = None
branch_labels = ("tenant",)

_TABLES = (
    """
    create table party (
        source_id uuid not null, country_code text not null, party_id text not null, role text not null,
        name text not null, website text,
        primary key (source_id, country_code, party_id, role)
    )""",
    """
    create table location (
        id bigint generated always as identity primary key,
        source_id uuid not null, country_code text not null, party_id text not null, location_id text not null,
        name text, address text not null, city text not null, postal_code text, country text not null,
        latitude numeric not null check (latitude between -90 and 90),
        longitude numeric not null check (longitude between -180 and 180),
        position point not null generated always as (point(
            radians(longitude) * 6378137,
            6378137 * ln(tan(pi() / 4 + radians(greatest(least(latitude, 85), -85)) / 2)))) stored,
        time_zone text not null, operator_name text, publish boolean not null, max_power_w int not null,
        last_updated timestamptz not null, raw text not null, raw_hash bytea not null,
        received_at timestamptz not null default now(), removed_at timestamptz,
        unique (source_id, country_code, party_id, location_id)
    )""",
    "create index location_position on location using gist (position) where removed_at is null and publish",
    "create index location_raw_hash on location (source_id, raw_hash) where removed_at is null",
    """
    create table evse (
        id bigint generated always as identity primary key,
        location bigint not null references location on delete cascade,
        uid text not null, evse_id text, evse_key text, status text not null, capabilities text[] not null,
        physical_reference text, floor_level text, last_updated timestamptz not null,
        max_power_w int not null,
        unique (location, uid)
    )""",
    "create index evse_key on evse (evse_key)",
    """
    create table connector (
        id bigint generated always as identity primary key,
        evse bigint not null references evse on delete cascade,
        connector_id text not null, standard text not null, format text not null, power_type text not null,
        max_voltage_v int not null, max_amperage_a int not null, max_power_w int not null, power_is_derived boolean not null,
        tariff_ids text[] not null, last_updated timestamptz not null,
        unique (evse, connector_id)
    )""",
    """
    create table tariff_version (
        id uuid primary key default uuidv7(),
        source_id uuid not null, country_code text not null, party_id text not null, tariff_id text not null,
        canonical text not null, raw text not null, raw_hash bytea not null,
        last_updated timestamptz not null, recorded_at timestamptz not null default now(), superseded_at timestamptz,
        withdrawn boolean not null default false
    )""",
    """create unique index tariff_live on tariff_version (source_id, country_code, party_id, tariff_id)
        where superseded_at is null""",
    "create index tariff_raw_hash on tariff_version (source_id, raw_hash) where superseded_at is null",
    """
    create table token (
        uid text not null, uid_key text not null, type text not null, country_code text not null, party_id text not null,
        contract_id text not null, issuer text not null, visual_number text, group_id text, language text,
        valid boolean not null, whitelist text not null, last_updated timestamptz not null,
        driver_id uuid, source_id uuid,
        primary key (uid_key, type)
    )""",
    "create unique index token_app on token (driver_id, source_id) where source_id is not null",
    "create index token_updated on token (last_updated, uid_key)",
    """
    create table authorization_grant (
        reference text primary key,
        source_id uuid not null, driver_id uuid, token_uid text not null, stream text not null,
        pins text not null, created_at timestamptz not null default now()
    )""",
    """
    create table session (
        id uuid primary key default uuidv7(),
        source_id uuid not null, country_code text not null, party_id text not null, session_id text not null,
        status text not null, kwh numeric not null, currency text not null, total_net numeric, total_gross numeric,
        token_uid text not null, authorization_reference text,
        location_id text not null, evse_uid text not null, connector_id text not null,
        started_at timestamptz not null, ended_at timestamptz, last_updated timestamptz not null,
        version bigint not null default 1, raw text not null, received_at timestamptz not null default now(),
        unique (source_id, country_code, party_id, session_id)
    )""",
    "create index session_reference on session (authorization_reference)",
    """
    create table cdr (
        id uuid primary key default uuidv7(),
        source_id uuid not null, country_code text not null, party_id text not null, cdr_id text not null,
        inbound_id uuid not null, content_hash bytea not null, canonical text not null, raw text not null,
        session_id text, authorization_reference text, token_uid text not null,
        total_net numeric not null, currency text not null, kwh numeric not null,
        started_at timestamptz not null, ended_at timestamptz not null, received_at timestamptz not null default now(),
        unique (source_id, country_code, party_id, cdr_id)
    )""",
    """
    create table cdr_conflict (
        id uuid primary key default uuidv7(),
        cdr uuid not null references cdr, inbound_id uuid not null, content_hash bytea not null, raw text not null,
        received_at timestamptz not null default now(), unique (cdr, content_hash)
    )""",
    """
    create table command (
        id uuid primary key,
        kind text not null, state text not null, source_id uuid not null, country_code text not null, party_id text not null,
        driver_id uuid, authorization_reference text, session_id text,
        location_id text, evse_uid text, connector_id text, token_uid text,
        requested_at timestamptz not null, deadline timestamptz not null, answered_at timestamptz,
        reason text, message text, version bigint not null default 1, history text[] not null
    )""",
    "create index command_open on command (deadline) where state in ('REQUESTED', 'ACCEPTED', 'WAITING_FOR_PLUG')",
    "create index command_reference on command (authorization_reference)",
)


# What nobody filters by needs no statistics; renewing them after a national feed would cost more than the feed's last page.
_NO_STATISTICS = tuple(
    f"alter table {table} {', '.join(f'alter {column} set statistics 0' for column in columns.split())}"
    for table, columns in (
        ("location", "name address city postal_code latitude longitude time_zone operator_name raw last_updated received_at"),
        ("evse", "evse_id capabilities physical_reference floor_level last_updated"),
        ("connector", "connector_id format power_type max_voltage_v max_amperage_a power_is_derived last_updated"),
        ("tariff_version", "canonical raw last_updated recorded_at"),
    )
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for statement in _NO_STATISTICS:
        op.execute(statement)
    rights.run("grant select on token to {authorize}")
    rights.run("grant maintain on location, evse, connector, tariff_version to {tenant}")
    rights.run("revoke update, delete on cdr_conflict from {tenant}")
    rights.run("revoke delete on tariff_version, cdr from {tenant}")


def downgrade() -> None:
    op.execute(
        "drop table command, cdr_conflict, cdr, session, authorization_grant, token, tariff_version, connector, evse, "
        "location, party"
    )
