"""Instants that stand in for missing ones."""

from datetime import UTC, datetime

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""A `last_updated` that a partner does not send: older than any other, not older than itself."""
