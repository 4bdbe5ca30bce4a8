"""The tenant directory: brands, their hosts, their parties. No personal data (D4)."""

from alembic import op

revision = "p0001"
down_revision = None
branch_labels = ("platform",)


def upgrade() -> None:
    op.execute("""
        create table platform.tenant (
            slug text primary key,
            schema_name text not null unique,
            role_name text not null unique,
            zone text not null,
            declaration jsonb not null,
            applied_at timestamptz not null default now(),
            revision text,
            migration_error text
        )""")
    op.execute("""
        create table platform.tenant_host (
            host text primary key,
            slug text not null references platform.tenant on delete cascade
        )""")
    op.execute("""
        create table platform.tenant_party (
            country_code text not null,
            party_id text not null,
            name text not null,
            slug text not null references platform.tenant on delete cascade,
            primary key (country_code, party_id)
        )""")


def downgrade() -> None:
    op.execute("drop table platform.tenant_party, platform.tenant_host, platform.tenant")
