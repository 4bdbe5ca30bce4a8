"""One change of an object at a time: partial updates read, merge and write."""

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.tenancy.database import Work

_HOLD = "select pg_advisory_xact_lock(hashtextextended(%(name)s, 0))"


async def hold(work: Work, source: SourceId, party: PartyId, object_id: str) -> None:
    """Wait until nobody else changes that object; held to the end of the transaction."""
    await work.conn.execute(_HOLD, {"name": f"{source}/{party}/{object_id.casefold()}"})
