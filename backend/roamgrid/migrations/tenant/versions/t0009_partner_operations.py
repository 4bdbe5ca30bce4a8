"""partner_operations."""

revision = "t0009"
down_revision = "t0008"
branch_labels = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
