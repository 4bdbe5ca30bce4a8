"""stations."""

revision = "t0007"
down_revision = "t0006"
branch_labels = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
