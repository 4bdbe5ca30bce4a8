"""The safety net: what waited too long is handed in again."""

from datetime import timedelta

from roamgrid.bus.events import Event, publish
from roamgrid.tenancy.database import Work

_LATE = """
select c.id from cdr c left join disposition d on d.cdr = c.id
 where d.cdr is null and c.received_at < %(before)s
 order by c.received_at limit 500"""


async def sweep(work: Work, older_than: timedelta) -> int:
    """Announce once more every CDR that has no disposition `older_than` after it came; returns how many.

    Harmless for a CDR that is about to be settled: settling happens once.
    """
    rows = await (await work.conn.execute(_LATE, {"before": work.ctx.clock.now() - older_than})).fetchall()
    for row in rows:
        await publish(work, Event("cdr.received.v1", f"cdr:{row['id']}", 1, {"cdr": str(row["id"])}))
    return len(rows)
