"""The outcome of validation of every object, and as what we face each partner."""

revision = "t0006"
down_revision = "t0005"
branch_labels = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
