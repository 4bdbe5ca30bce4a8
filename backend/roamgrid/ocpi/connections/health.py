"""How well partners behave: what they send and how their lists can be pulled; `operations` adds how we get on with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from roamgrid.ocpi.connections.model import Connection, InterfaceRole
from roamgrid.ocpi.connections.store import Connections
from roamgrid.tenancy.database import Work

_DEVIATIONS = """
select connection, code, sum(count)::bigint as count, max(last_seen) as last_seen from ocpi_deviation group by connection, code
 order by connection, count desc, code"""
_PULLS = """
select connection, module, last_pull_at, last_full_at, last_error, objects, watermark, next_at, failures
  from ocpi_pull order by connection, module"""
_REFUSED = "select connection, count(*) as count from ocpi_inbound where outcome = 'refused' group by connection"


@dataclass(frozen=True, slots=True)
class DeviationCount:
    """How often a partner deviated in one way, over all fields and modules."""

    code: str
    count: int
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class PullState:
    """Where the pull of one module stands. `last_error` None: the last pull succeeded.

    `watermark`: the latest `last_updated` seen. `failures`: in a row, until now. `next_at`: None before it was first planned.
    """

    module: str
    last_pull_at: datetime | None
    last_full_at: datetime | None
    last_error: str | None
    objects: int
    watermark: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0

    @property
    def tried(self) -> bool:
        """Whether it was ever pulled, with or without success."""
        return self.last_pull_at is not None or self.last_error is not None


@dataclass(frozen=True, slots=True)
class Health:
    """One connection and what we know of its behaviour. `refused`: pushed bodies that we could not accept."""

    connection: Connection
    pulls: tuple[PullState, ...]
    deviations: tuple[DeviationCount, ...]
    refused: int


async def list_with_health(work: Work, connections: Connections) -> list[Health]:
    """Every connection, oldest first; four statements however many there are."""
    deviations: dict[UUID, list[DeviationCount]] = {}
    for row in await (await work.conn.execute(_DEVIATIONS)).fetchall():
        deviations.setdefault(row["connection"], []).append(DeviationCount(row["code"], row["count"], row["last_seen"]))
    pulls: dict[UUID, list[PullState]] = {}
    for row in await (await work.conn.execute(_PULLS)).fetchall():
        pulls.setdefault(row.pop("connection"), []).append(PullState(**row))
    refused = {row["connection"]: row["count"] for row in await (await work.conn.execute(_REFUSED)).fetchall()}
    return [
        Health(item, _concerning(item, pulls.get(item.id, ())), tuple(deviations.get(item.id, ())), refused.get(item.id, 0))
        for item in await connections.all(work)
    ]


def _concerning(connection: Connection, pulls: Iterable[PullState]) -> tuple[PullState, ...]:
    """Turns are planned for every module; those that the partner does not offer say nothing."""
    return tuple(pull for pull in pulls if pull.tried or connection.endpoint(pull.module, InterfaceRole.SENDER))
