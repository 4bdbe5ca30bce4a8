"""operator_role."""

revision = "t0011"
down_revision = "t0010"
branch_labels = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
