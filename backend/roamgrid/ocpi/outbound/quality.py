"""How good a feed is now: counted over what is live, at the end of a sync.

Deviations are counted as they arrive; for these the present state says more, and for some of them (duplicates, unresolved
tariffs) only the whole shows them. A count replaces the last one.
"""

from roamgrid.canonical.party import SourceId
from roamgrid.ocpi.wire.common.deviations import Code
from roamgrid.tenancy.database import Work

_DUPLICATE_EVSES = """
select count(*) as count, min(example) as example
  from (select min(evse.evse_id) as example
          from evse join location on location.id = evse.location
         where location.source_id = %(source)s and location.removed_at is null and evse.evse_key is not null
         group by evse.evse_key having count(distinct evse.location) > 1) as duplicate"""

_UNRESOLVED_TARIFFS = """
with wanted as materialized (
    select connector.id, location.country_code, location.party_id, connector.tariff_ids
      from connector join evse on evse.id = connector.evse join location on location.id = evse.location
     where location.source_id = %(source)s and location.removed_at is null and connector.tariff_ids <> '{}'),
named as materialized (
    select id, country_code, party_id, unnest(tariff_ids) as tariff_id from wanted),
resolved as materialized (
    select named.id from named join tariff_version live using (country_code, party_id, tariff_id)
     where live.source_id = %(source)s and live.superseded_at is null and not live.withdrawn)
select count(*) as count, min(tariff_ids[1]) as example
  from wanted where id not in (select id from resolved)"""

_EVSES = """
select count(*) filter (where evse.evse_id is null) as count, null as example
  from evse join location on location.id = evse.location
 where location.source_id = %(source)s and location.removed_at is null"""

_CROWDED = """
select count(*) as count, min(location_id) as example
  from (select location.location_id from location join evse on evse.location = location.id
         where location.source_id = %(source)s and location.removed_at is null
         group by location.id having count(*) > 50) as crowded"""

_NO_POWER = """
select count(*) as count, null as example
  from connector join evse on evse.id = connector.evse join location on location.id = evse.location
 where location.source_id = %(source)s and location.removed_at is null and connector.power_is_derived"""

_NO_TARIFF = """
select count(*) as count, null as example
  from connector join evse on evse.id = connector.evse join location on location.id = evse.location
 where location.source_id = %(source)s and location.removed_at is null and connector.tariff_ids = '{}'"""

# After the first pull of a large feed the tables have no statistics yet, and the planner would compare each with each.
_COMPARE_BY_HASH = "select set_config('enable_nestloop', 'off', true)"

_REPLACE = """
insert into ocpi_deviation as d (connection, module, code, field, count, example)
values (%(connection)s, %(module)s, %(code)s, %(field)s, %(count)s, %(example)s)
on conflict (connection, module, code, field) do update
   set count = excluded.count, last_seen = now(), example = excluded.example"""

_CLEAR = """
delete from ocpi_deviation
 where connection = %(connection)s and module = %(module)s and code = %(code)s and field = %(field)s"""

MODULE = "locations"
_FINDINGS = (
    (Code.DUPLICATE_EVSE_ID, "/evses/*/evse_id", _DUPLICATE_EVSES),
    (Code.TARIFF_UNRESOLVED, "/evses/*/connectors/*/tariff_ids", _UNRESOLVED_TARIFFS),
    (Code.NO_TARIFF, "/evses/*/connectors/*/tariff_ids", _NO_TARIFF),
    (Code.POWER_MISSING, "/evses/*/connectors/*/max_electric_power", _NO_POWER),
    (Code.EVSE_ID_MISSING, "/evses/*/evse_id", _EVSES),
    (Code.MANY_EVSES, "/evses", _CROWDED),
)


async def inspect(work: Work, source: SourceId) -> dict[str, int]:
    """Count and record, in a transaction that does nothing else; returns what was found by code."""
    found = {}
    await work.conn.execute(_COMPARE_BY_HASH)
    for code, field, statement in _FINDINGS:
        row = await (await work.conn.execute(statement, {"source": source})).fetchone()
        count = row["count"] if row else 0
        params = {"connection": source, "module": MODULE, "code": code, "field": field}
        if row is None or not count:
            await work.conn.execute(_CLEAR, params)
            continue
        await work.conn.execute(_REPLACE, {**params, "count": count, "example": row["example"] or ""})
        found[code.value] = count
    return found
