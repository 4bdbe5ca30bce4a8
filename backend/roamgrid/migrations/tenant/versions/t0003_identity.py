"""Identity: drivers and their sign-in codes."""

from alembic import op

revision = "t0003"
down_revision = "t0002"
branch_labels = None

_TABLES = (
    """
    create table driver (
        id uuid primary key,
        email text not null, email_key text not null unique,
        plan_code text, locale text,
        created_at timestamptz not null
    )""",
    """
    create table sign_in_code (
        email_key text primary key,
        code_hash bytea, expires_at timestamptz not null, tries int not null,
        window_began_at timestamptz not null, requests int not null
    )""",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop table sign_in_code, driver")
