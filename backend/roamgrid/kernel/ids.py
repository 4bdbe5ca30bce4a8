"""Time-ordered identifiers (UUID version 7, RFC 9562): unique across tenants, kind to B-trees."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh, time-ordered UUID."""
    return uuid7()
