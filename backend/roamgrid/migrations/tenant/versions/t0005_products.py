"""Products: charges of the driver app. `progress` is derived from command, session and settlement; `state` is its last."""

from alembic import op

revision = "t0005"
down_revision = "t0004"
branch_labels = None

_TABLES = (
    """
    create table charge (
        id uuid primary key,
        driver_id uuid not null references driver,
        reference text not null unique,
        place text not null, offer text not null,
        progress text not null, state text not null default 'REQUESTED',
        created_at timestamptz not null,
        version bigint not null
    )""",
    "create index charge_history on charge (driver_id, created_at desc, id desc)",
    "create index charge_requested on charge (created_at) where state = 'REQUESTED'",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop table charge")
