"""Exceeded limits, for staff: one row a token and limit, and an event when it begins and then once in ten minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.party import SourceId
from roamgrid.canonical.token import TokenType
from roamgrid.core.tokens.verdict import Limit
from roamgrid.tenancy.database import Work

_RAISE = """
insert into token_alarm as a (uid_key, type, rule, count, first_at, last_at, told_at, source_id, location_id)
values (%(uid_key)s, %(type)s, %(rule)s, %(count)s, %(at)s, %(at)s, %(at)s, %(source)s, %(location)s)
on conflict (uid_key, type, rule) do update
   set count = a.count + excluded.count, last_at = excluded.last_at, source_id = excluded.source_id,
       location_id = excluded.location_id,
       told_at = case when a.told_at <= excluded.told_at - interval '10 minutes' then excluded.told_at else a.told_at end
returning old.told_at is distinct from new.told_at as fresh"""

_LATEST = """
select uid_key, type, rule, count, first_at, last_at, source_id, location_id from token_alarm
 order by last_at desc limit %(limit)s"""


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that a token exceeded `count` times."""

    uid_key: str
    type: TokenType
    limit: Limit
    source: SourceId
    location_id: str | None
    at: datetime
    count: int = 1


@dataclass(frozen=True, slots=True)
class Alarm:
    """What staff look at; place and partner are the latest."""

    uid_key: str
    type: TokenType
    limit: Limit
    count: int
    first_at: datetime
    last_at: datetime
    source: UUID
    location_id: str | None


async def raise_all(work: Work, breaches: Iterable[Breach]) -> None:
    """Record breaches; announce `token.velocity_exceeded.v1` for those that staff have not heard of lately."""
    for breach in sorted(breaches, key=lambda one: (one.uid_key, one.type, one.limit)):
        params = {
            "uid_key": breach.uid_key,
            "type": breach.type,
            "rule": breach.limit,
            "count": breach.count,
            "at": breach.at,
            "source": breach.source,
            "location": breach.location_id,
        }
        row = await (await work.conn.execute(_RAISE, params)).fetchone()
        if row is not None and row["fresh"]:
            payload = {
                "uid_key": breach.uid_key,
                "type": breach.type.value,
                "limit": breach.limit.value,
                "source": str(breach.source),
                "location_id": breach.location_id,
            }
            version = int(breach.at.timestamp() * 1_000_000)
            aggregate = f"token_alarm:{breach.type}:{breach.uid_key}:{breach.limit}"
            await publish(work, Event("token.velocity_exceeded.v1", aggregate, version, payload))


async def latest(work: Work, limit: int = 100) -> list[Alarm]:
    """The newest first."""
    rows = await (await work.conn.execute(_LATEST, {"limit": limit})).fetchall()
    return [
        Alarm(
            row["uid_key"],
            TokenType(row["type"]),
            Limit(row["rule"]),
            row["count"],
            row["first_at"],
            row["last_at"],
            row["source_id"],
            row["location_id"],
        )
        for row in rows
    ]
