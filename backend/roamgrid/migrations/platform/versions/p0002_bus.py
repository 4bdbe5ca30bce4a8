"""Outbox and inbox of the event bus (D5, ADR-0005).

A tenant role may only add to the outbox, and only in its own name; of the inbox it sees and closes its own rows.
"""

from alembic import op

from roamgrid.migrations import rights

revision = "p0002"
down_revision = "p0001"
branch_labels = None


def upgrade() -> None:
    op.execute("""
        create table platform.outbox (
            id bigint generated always as identity primary key,
            xid xid8 not null default pg_current_xact_id(),
            event_id uuid not null default uuidv7(),
            tenant text not null,
            type text not null,
            aggregate text not null,
            aggregate_version bigint not null,
            payload text not null check (payload is json object),
            traceparent text,
            created_at timestamptz not null default now()
        )""")
    op.execute("""
        create table platform.inbox (
            event_id uuid not null,
            subscription text not null,
            tenant text not null,
            type text not null,
            aggregate text not null,
            aggregate_version bigint not null,
            payload text not null,
            traceparent text,
            created_at timestamptz not null,
            dispatched_at timestamptz not null default now(),
            leased_until timestamptz,
            attempts int not null default 0,
            parked boolean not null default false,
            error text,
            primary key (event_id, subscription)
        )""")
    op.execute("create index inbox_waiting on platform.inbox (dispatched_at) where not parked")
    op.execute("alter table platform.outbox enable row level security")
    op.execute("alter table platform.inbox enable row level security")
    rights.run("create policy relay on platform.outbox to {platform} using (true)")
    rights.run("create policy relay on platform.inbox to {platform} using (true)")
    rights.run("""
        create policy own_rows on platform.outbox for insert to {tenants}
            with check (tenant = (select current_setting('app.tenant')))""")
    rights.run("""
        create policy own_rows on platform.inbox to {tenants} using (tenant = (select current_setting('app.tenant')))""")
    rights.run("grant insert on platform.outbox to {tenants}")
    rights.run("grant select, update, delete on platform.inbox to {tenants}")


def downgrade() -> None:
    op.execute("drop table platform.inbox, platform.outbox")
