"""Where each source stands: an operator's own platform or a hub, and whether it can be reached (D9).

What is not on record is bilateral and reachable.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.tenancy.database import Work


class SourceKind(StrEnum):
    """BILATERAL: it speaks for the parties that it registered. HUB: it passes on what others say."""

    BILATERAL = "bilateral"
    HUB = "hub"


@dataclass(frozen=True, slots=True)
class Standing:
    """`since`: when the source became (un)reachable."""

    source: SourceId
    kind: SourceKind
    reachable: bool
    since: datetime


_NOTE_KIND = """
insert into source_standing as s (source_id, kind, since) values (%(source)s, %(kind)s, %(now)s)
on conflict (source_id) do update set kind = excluded.kind where s.kind <> excluded.kind"""
_NOTE_REACHABLE = """
insert into source_standing as s (source_id, reachable, since) values (%(source)s, %(reachable)s, %(now)s)
on conflict (source_id) do update set reachable = excluded.reachable, since = excluded.since
 where s.reachable <> excluded.reachable"""
_GET = "select source_id, kind, reachable, since from source_standing where source_id = any(%(sources)s)"

# A hub that tells how it stands with a party reaches it when that is connected; else what it registered or passed on counts.
_REACHING = """
select source_id
  from (select p.source_id, coalesce(s.reachable, true) as reachable, coalesce(s.kind, 'bilateral') as kind
          from party p left join source_standing s using (source_id)
         where p.country_code = %(country)s and p.party_id = %(party)s
           and not exists (select from hub_client c
                            where (c.source_id, c.country_code, c.party_id) = (p.source_id, p.country_code, p.party_id))
        union
        select c.source_id, coalesce(s.reachable, true) and c.status = 'CONNECTED', 'hub'
          from hub_client c left join source_standing s using (source_id)
         where c.country_code = %(country)s and c.party_id = %(party)s) as channel
 group by source_id
 order by bool_or(reachable) desc, min(kind), source_id"""


async def note_kind(work: Work, source: SourceId, kind: SourceKind) -> None:
    """What the handshake told."""
    await work.conn.execute(_NOTE_KIND, {"source": source, "kind": kind, "now": work.ctx.clock.now()})


async def note_reachable(work: Work, source: SourceId, reachable: bool) -> None:
    """A breaker opened or closed, a connection was registered, suspended, resumed or ended. The same again changes nothing."""
    await work.conn.execute(_NOTE_REACHABLE, {"source": source, "reachable": reachable, "now": work.ctx.clock.now()})


async def standings(work: Work, sources: Sequence[SourceId]) -> dict[SourceId, Standing]:
    """What is on record of these sources."""
    rows = await (await work.conn.execute(_GET, {"sources": list(sources)})).fetchall()
    return {
        row["source_id"]: Standing(SourceId(row["source_id"]), SourceKind(row["kind"]), row["reachable"], row["since"])
        for row in rows
    }


async def reaching(work: Work, party: PartyId) -> list[SourceId]:
    """The sources that reach a party, best first: reachable before unreachable, its own platform before hubs."""
    params = {"country": party.country_code, "party": party.party_id}
    return [SourceId(row["source_id"]) for row in await (await work.conn.execute(_REACHING, params)).fetchall()]
