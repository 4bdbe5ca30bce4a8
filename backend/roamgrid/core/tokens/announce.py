"""Tell the platform, and through it every partner, that a token changed."""

from collections.abc import Iterable

from psycopg.rows import DictRow

from roamgrid.bus.events import Event, publish
from roamgrid.tenancy.database import Work


async def announce(work: Work, changed: Iterable[DictRow]) -> int:
    """One `token.changed.v1` for each row of uid, type and last_updated; returns how many."""
    count = 0
    for row in changed:
        version = int(row["last_updated"].timestamp() * 1_000_000)
        payload = {"uid": row["uid"], "type": row["type"]}
        await publish(work, Event("token.changed.v1", f"token:{row['type']}:{row['uid']}", version, payload))
        count += 1
    return count
