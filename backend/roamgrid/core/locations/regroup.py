"""Keep `station_member` as the locations have it: after every change of an EVSE id, a place or a location's visibility."""

from collections.abc import Sequence

from psycopg.rows import DictRow

from roamgrid.core.locations import repository as sql
from roamgrid.core.locations.grouping import Site, SiteKey, stations
from roamgrid.tenancy.database import Work


async def regroup(work: Work, changed: Sequence[int]) -> None:
    """Recompute the stations that these locations belong to or belonged to.

    Membership stands in a table of its own, written under one lock that is taken after the locations' own: two feeds that
    store the same stations at once wait for each other here and in no circle.
    """
    if not changed:
        return
    await work.conn.execute(sql.REGROUP_ALONE)
    rows = await (await work.conn.execute(sql.CONCERNED, {"ids": list(changed)})).fetchall()
    if not rows:
        return
    touched = {row["id"] for row in rows}
    sites = await _connected(work, touched)
    member_of = stations(sites)
    alone = (touched | {site.id for site in sites}) - member_of.keys()
    if alone:
        await work.conn.execute(sql.UNGROUP, {"ids": sorted(alone)})
    if member_of:
        locations = sorted(member_of)
        await work.conn.execute(sql.GROUP, {"locations": locations, "stations": [member_of[id_] for id_ in locations]})


async def _connected(work: Work, seed: set[int]) -> list[Site]:
    """The live locations among these, and all that hang together with them by EVSE keys."""
    rows: dict[int, DictRow] = {}
    keys: dict[int, set[str]] = {}
    asked: set[int] = set()
    while new := (seed | rows.keys()) - asked:
        asked |= new
        for row in await (await work.conn.execute(sql.SHARING, {"ids": sorted(new)})).fetchall():
            rows[row["id"]] = row
            keys.setdefault(row["id"], set()).update(row["evse_keys"])
    return [_site(row, frozenset(keys[id_])) for id_, row in rows.items()]


def _site(row: DictRow, evse_keys: frozenset[str]) -> Site:
    key = SiteKey(row["source_id"], row["country_code"], row["party_id"], row["location_id"])
    return Site(row["id"], key, row["latitude"], row["longitude"], evse_keys)
