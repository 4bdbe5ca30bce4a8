"""A tenant that operates stations: partners' tokens, whom each charge is for, who our back end is."""

from alembic import op

revision = "t0011"
down_revision = "t0010"
branch_labels = None

_TABLES = (
    """
    create table foreign_token (
        source_id uuid not null, country_code text not null, party_id text not null, uid text not null, uid_key text not null,
        type text not null, contract_id text not null, issuer text not null, group_id text, valid boolean not null,
        whitelist text not null, last_updated timestamptz not null,
        raw text not null, ocpi_version text not null, validation text not null,
        received_at timestamptz not null default now(),
        primary key (source_id, country_code, party_id, uid_key, type)
    )""",
    "create index foreign_token_uid on foreign_token (uid_key)",
    "create index foreign_token_contract on foreign_token (contract_id)",
    """
    create table charge_addressee (
        kind text not null check (kind in ('session', 'cdr')), object uuid not null, connection uuid not null,
        receiver text, token text, told_at timestamptz, their_url text,
        primary key (kind, object)
    )""",
    "create index charge_addressee_connection on charge_addressee (connection, kind)",
    """
    create table unaddressed_charge (
        kind text not null check (kind in ('session', 'cdr')), object uuid not null,
        reason text not null, uid_key text not null, contract_id text not null, issuer text,
        since timestamptz not null, next_try_at timestamptz not null,
        primary key (kind, object)
    )""",
    "create index unaddressed_charge_next_try on unaddressed_charge (next_try_at)",
    "alter table ocpi_connection add back_end boolean not null default false",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("alter table ocpi_connection drop back_end")
    op.execute("drop table unaddressed_charge, charge_addressee, foreign_token")
