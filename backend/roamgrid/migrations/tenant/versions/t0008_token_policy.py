"""Tokens: whitelist policies, why a token is refused, what limits of use are measured by, which partner was told what.

`token_use` is not logged: it is worth a minute, and after a crash of the server an empty one costs nobody anything.
"""

from alembic import op

from roamgrid.migrations import rights

revision = "t0008"
down_revision = "t0007"
branch_labels = None

_REFUSALS = "('BLOCKED', 'EXPIRED', 'NO_CREDIT', 'NOT_ALLOWED')"
_WHITELISTS = "('ALWAYS', 'ALLOWED', 'ALLOWED_OFFLINE', 'NEVER')"

_STATEMENTS = (
    f"""
    alter table token
        add column own_whitelist boolean not null default false,
        add column valid_until timestamptz,
        add column refusal text check (refusal in {_REFUSALS}),
        add column reason text""",
    "update token set refusal = 'BLOCKED' where not valid",
    """
    alter table token
        add constraint token_refusal check (valid = (refusal is null)),
        add constraint token_asked_in_real_time
            check (type not in ('AD_HOC_USER', 'APP_USER', 'EMAID') or whitelist = 'NEVER')""",
    # Separators mean nothing any more; where two cards differed by them alone, the older spelling stays as it is.
    """
    update token t set uid_key = lower(translate(t.uid, ' :.-_', ''))
     where t.uid_key <> lower(translate(t.uid, ' :.-_', '')) and translate(t.uid, ' :.-_', '') <> ''
       and 1 = (select count(*) from token o
                 where o.type = t.type and lower(translate(o.uid, ' :.-_', '')) = lower(translate(t.uid, ' :.-_', '')))""",
    "create index token_expiring on token (valid_until) where valid and valid_until is not null",
    "create index token_driver on token (driver_id)",
    "create index token_contract on token (lower(contract_id))",
    f"""
    alter table driver
        add column refusal text check (refusal in {_REFUSALS}),
        add column refusal_reason text""",
    f"""
    create table token_policy (
        source_id uuid not null, type text not null check (type in ('RFID', 'OTHER')),
        whitelist text not null check (whitelist in {_WHITELISTS}),
        primary key (source_id, type)
    )""",
    """
    create unlogged table token_use (
        uid_key text not null, type text not null,
        window_began_at timestamptz not null, tries int not null,
        last_at timestamptz, latitude double precision, longitude double precision,
        primary key (uid_key, type)
    ) with (fillfactor = 70)""",
    """
    create table token_alarm (
        uid_key text not null, type text not null, rule text not null,
        count bigint not null, first_at timestamptz not null, last_at timestamptz not null, told_at timestamptz not null,
        source_id uuid not null, location_id text,
        primary key (uid_key, type, rule)
    )""",
    """
    create table token_told (
        uid_key text not null, type text not null, source_id uuid not null,
        version bigint not null, told_at timestamptz, error text, failures int not null default 0,
        primary key (uid_key, type, source_id)
    )""",
    "create index token_untold on token_told (source_id) where error is not null",
    """
    create index session_running on session (lower(translate(token_uid, ' :.-_', '')))
        where status in ('ACTIVE', 'PENDING')""",
    "create index location_named on location (source_id, location_id)",
)

_RIGHTS = (
    "grant select on token_policy, token_use to {authorize}",
    "grant select (id, refusal) on driver to {authorize}",
    "grant select (source_id, location_id, latitude, longitude) on location to {authorize}",
    "grant select (location_id, evse_uid, token_uid, status, received_at) on session to {authorize}",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
    for right in _RIGHTS:
        rights.run(right)


def downgrade() -> None:
    rights.run("revoke select (id, refusal) on driver from {authorize}")
    rights.run("revoke select (source_id, location_id, latitude, longitude) on location from {authorize}")
    rights.run("revoke select (location_id, evse_uid, token_uid, status, received_at) on session from {authorize}")
    op.execute("drop index location_named, session_running, token_contract, token_driver, token_expiring")
    op.execute("drop table token_told, token_alarm, token_use, token_policy")
    op.execute("alter table driver drop column refusal_reason, drop column refusal")
    op.execute("""
        alter table token drop constraint token_asked_in_real_time, drop constraint token_refusal,
            drop column reason, drop column refusal, drop column valid_until, drop column own_whitelist""")
