"""SQL of the station store; the two long statements have files of their own."""

from pathlib import Path

_HERE = Path(__file__).parent

APPLY_PAGE = (_HERE / "apply_page.sql").read_text()
SEARCH = (_HERE / "search.sql").read_text()

WALK_THE_INDEX = "select set_config('enable_bitmapscan', 'off', true)"
ANALYZE = "analyze location, evse, connector"

# One look-up by index for each hash: for `= any(...)` the planner may compare every row with hundreds of hashes.
UNCHANGED = """
select sent.raw_hash, country_code, party_id, location_id
  from unnest(%(hashes)b::bytea[]) as sent (raw_hash) cross join lateral (
        select country_code, party_id, location_id from location
         where raw_hash = sent.raw_hash and source_id = %(source)s and removed_at is null
         limit 1) as held"""

LIVE_KEYS = """
select id, country_code, party_id, location_id from location where source_id = %(source)s and removed_at is null"""

REMOVE = "update location set removed_at = now() where id = any(%(ids)s)"

# Two pushes of one location compare with what is stored one after the other.
HOLD = """
select pg_advisory_xact_lock(
    hashtextextended(%(source)s::text || '/' || %(country)s || '*' || %(party)s || '/' || %(id)s, 0))"""

STORED = """
select raw, last_updated from location
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and location_id = %(id)s"""

COUNTS = """
select count(*) as locations, count(distinct (country_code, party_id)) as parties,
       (select count(*) from evse e join location l on l.id = e.location
         where l.removed_at is null and l.source_id = coalesce(%(source)s, l.source_id)) as evses,
       (select count(*) from connector c join evse e on e.id = c.evse join location l on l.id = e.location
         where l.removed_at is null and l.source_id = coalesce(%(source)s, l.source_id)) as connectors
  from location where removed_at is null and source_id = coalesce(%(source)s, source_id)"""

STATION = """
select id, source_id, country_code, party_id, location_id, coalesce(name, address) as name, address, city, postal_code, country,
       latitude, longitude, time_zone, operator_name, last_updated, 0 as distance_m
  from location where id = %(id)s and removed_at is null and publish"""

EVSES = """
select id, location, uid, evse_id, status, capabilities, physical_reference, floor_level, last_updated
  from evse where location = any(%(ids)s) and status <> 'REMOVED' order by location, physical_reference nulls last, uid"""

CONNECTORS = """
select id, evse, connector_id, standard, format, power_type, max_power_w, power_is_derived, tariff_ids
  from connector where evse = any(%(ids)s) order by evse, connector_id"""

TARGETS = """
select c.id, l.source_id, l.country_code, l.party_id, l.location_id, coalesce(l.name, l.address) as location_name, l.address,
       l.city, l.country, l.time_zone, l.operator_name, e.uid as evse_uid, e.evse_id, e.status as evse_status,
       c.connector_id, c.standard, c.power_type, c.max_power_w, c.tariff_ids
  from connector c join evse e on e.id = c.evse join location l on l.id = e.location
 where c.id = any(%(ids)s) and l.removed_at is null and l.publish and e.status <> 'REMOVED'"""

TIME_ZONE = """
select time_zone from location
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and location_id = %(id)s"""
