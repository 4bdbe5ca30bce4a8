"""Parties behind hubs, and whether their hub gets through to them (OCPI 2.2.1, HubClientInfo module)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import DictRow

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.tenancy.database import Work

CONNECTED = "CONNECTED"
"""The one status in which a party may be sent anything; others are OFFLINE, PLANNED, SUSPENDED, and what we do not know."""


@dataclass(frozen=True, slots=True)
class HubClient:
    """A party in one role, as its hub last told. Role and status are kept as they were written."""

    party: PartyId
    role: str
    status: str
    last_updated: datetime


# Pushes and pulls pass each other: older news changes nothing.
_PUT = """
insert into hub_client as c (source_id, country_code, party_id, role, status, last_updated, received_at)
values (%(source)s, %(country)s, %(party)s, %(role)s, %(status)s, %(last_updated)s, %(now)s)
on conflict (source_id, country_code, party_id, role) do update
   set status = excluded.status, last_updated = excluded.last_updated, received_at = excluded.received_at
 where c.last_updated <= excluded.last_updated
returning xmax = 0 as inserted"""
_COLUMNS = "country_code, party_id, role, status, last_updated"
_OF_PARTY = f"""
select {_COLUMNS} from hub_client
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s order by role"""
_ANYBODY = "select exists (select from hub_client where source_id = %(source)s) as listed"
_ALL = f"select {_COLUMNS} from hub_client where source_id = %(source)s order by country_code, party_id, role"


async def put(work: Work, hub: SourceId, client: HubClient) -> bool:
    """What a hub tells of one party in one role. False: we know newer."""
    params = {
        "source": hub,
        "country": client.party.country_code,
        "party": client.party.party_id,
        "role": client.role,
        "status": client.status,
        "last_updated": client.last_updated,
        "now": work.ctx.clock.now(),
    }
    return await (await work.conn.execute(_PUT, params)).fetchone() is not None


async def put_all(work: Work, hub: SourceId, clients: Iterable[HubClient]) -> int:
    """A list of them; returns how many told something."""
    return sum([await put(work, hub, client) for client in clients])


async def of_party(work: Work, hub: SourceId, party: PartyId) -> list[HubClient]:
    """What the hub tells of a party, by role; empty: nothing."""
    params = {"source": hub, "country": party.country_code, "party": party.party_id}
    return [_client(row) for row in await (await work.conn.execute(_OF_PARTY, params)).fetchall()]


async def lists_anybody(work: Work, hub: SourceId) -> bool:
    """Whether the hub told of anybody yet: some have no such list."""
    row = await (await work.conn.execute(_ANYBODY, {"source": hub})).fetchone()
    return row is not None and bool(row["listed"])


async def all_of(work: Work, hub: SourceId) -> list[HubClient]:
    """Everybody behind a hub."""
    return [_client(row) for row in await (await work.conn.execute(_ALL, {"source": hub})).fetchall()]


def _client(row: DictRow) -> HubClient:
    party = PartyId(row["country_code"], row["party_id"])
    return HubClient(party, row["role"], row["status"], row["last_updated"])
