"""Invariants of the bus, for `roamgrid verify`."""

from datetime import timedelta

from roamgrid.kernel.checks import Check
from roamgrid.tenancy.database import Database

_GRACE = timedelta(seconds=30)

_WAITING = """
select (select count(*) from platform.outbox where created_at < now() - %(grace)s) as outbox,
       count(*) filter (where not parked and created_at < now() - %(grace)s) as inbox,
       count(*) filter (where parked) as parked,
       min(subscription || ': ' || coalesce(error, 'no error recorded')) filter (where parked) as example
  from platform.inbox"""


async def outbox_drained(database: Database, grace: timedelta = _GRACE) -> Check:
    """Every event older than `grace` has left the outbox and was handled by all its subscriptions; none is parked."""
    async with database.platform() as conn:
        row = await (await conn.execute(_WAITING, {"grace": grace})).fetchone()
    assert row is not None, "an aggregate returns one row"
    figures = {name: int(row[name]) for name in ("outbox", "inbox", "parked")}
    if not any(figures.values()):
        return Check("outbox drained", True, "every event was relayed and handled", figures)
    detail = f"{row['outbox']} events not relayed, {row['inbox']} deliveries open, {row['parked']} parked"
    return Check("outbox drained", False, f"{detail} ({row['example']})" if row["example"] else detail, figures)
