"""async_modules."""

revision = "t0010"
down_revision = "t0009"
branch_labels = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
