"""Where each pull stands (`ocpi_pull`): how far it came, when it ran, why it failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from roamgrid.tenancy.database import Work

_READ = "select watermark, last_pull_at, last_full_at from ocpi_pull where connection = %(connection)s and module = %(module)s"

_COMPLETED = """
insert into ocpi_pull as p (connection, module, watermark, last_pull_at, last_full_at, objects)
values (%(connection)s, %(module)s, %(watermark)s, %(began)s, %(full_at)s, %(objects)s)
on conflict (connection, module) do update
   set watermark = greatest(p.watermark, excluded.watermark), last_pull_at = excluded.last_pull_at,
       last_full_at = coalesce(excluded.last_full_at, p.last_full_at), objects = excluded.objects, last_error = null,
       failures = 0"""

_FAILED = """
insert into ocpi_pull as p (connection, module, objects, last_error, failures)
values (%(connection)s, %(module)s, %(objects)s, %(error)s, 1)
on conflict (connection, module) do update
   set objects = excluded.objects, last_error = excluded.last_error, failures = p.failures + 1"""


@dataclass(frozen=True, slots=True)
class PullState:
    """`watermark`: the latest `last_updated` seen. `last_pull_at`: when the last complete pull began."""

    watermark: datetime | None = None
    last_pull_at: datetime | None = None
    last_full_at: datetime | None = None

    def date_from(self, overlap: timedelta) -> datetime | None:
        """Since when to ask, None: everything.

        The earlier of what we saw and when we looked, because a partner's clock may be ahead of ours, less an overlap,
        because changes surface late (issues 428 and 569).
        """
        if self.last_full_at is None or self.last_pull_at is None:
            return None
        return min(self.watermark or self.last_pull_at, self.last_pull_at) - overlap

    def needs_full(self, now: datetime, every: timedelta) -> bool:
        """Whether the last complete crawl is as old as it may get."""
        return self.last_full_at is None or now - self.last_full_at >= every


async def read_state(work: Work, connection: UUID, module: str) -> PullState:
    """A pull that never ran has an empty state."""
    row = await (await work.conn.execute(_READ, {"connection": connection, "module": module})).fetchone()
    return PullState(**row) if row else PullState()


async def note_completed(
    work: Work, connection: UUID, module: str, *, began: datetime, newest: datetime | None, full: bool, objects: int
) -> None:
    """The next delta begins here."""
    await work.conn.execute(
        _COMPLETED,
        {
            "connection": connection,
            "module": module,
            "watermark": newest,
            "began": began,
            "full_at": began if full else None,
            "objects": objects,
        },
    )


async def note_failed(work: Work, connection: UUID, module: str, *, error: str, objects: int) -> None:
    """The next pull begins where this one did."""
    await work.conn.execute(_FAILED, {"connection": connection, "module": module, "error": error[:500], "objects": objects})
