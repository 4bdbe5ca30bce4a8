"""token_policy."""

revision = "t0008"
down_revision = "t0007"
branch_labels = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
