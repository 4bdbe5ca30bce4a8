"""SQL of the station store; the two long statements have files of their own.

Of several rows that tell of one thing the best is the first by: its source can be reached, is bilateral, tells the newest; then
by name, so that the order is total (`points.Standing` is the same order in Python).
"""

from pathlib import Path

_HERE = Path(__file__).parent

APPLY_PAGE = (_HERE / "apply_page.sql").read_text()
SEARCH = (_HERE / "search.sql").read_text()

WALK_THE_INDEX = "select set_config('enable_bitmapscan', 'off', true)"
ANALYZE = "analyze location, evse, connector, station_member"

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
select raw, last_updated, ocpi_version from location
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and location_id = %(id)s"""

COUNTS = """
select count(*) as locations, count(distinct (country_code, party_id)) as parties,
       (select count(*) from evse e join location l on l.id = e.location
         where l.removed_at is null and l.source_id = coalesce(%(source)s, l.source_id)) as evses,
       (select count(*) from connector c join evse e on e.id = c.evse join location l on l.id = e.location
         where l.removed_at is null and l.source_id = coalesce(%(source)s, l.source_id)) as connectors
  from location where removed_at is null and source_id = coalesce(%(source)s, source_id)"""

# The best member tells what the station is called; `id` is the station's whatever member was asked for.
STATION = """
select coalesce(home.station, asked.id) as id, b.source_id, b.country_code, b.party_id, b.location_id,
       coalesce(b.name, b.address) as name, b.address, b.city, b.postal_code, b.country,
       b.latitude, b.longitude, b.time_zone, b.operator_name, b.last_updated, 0 as distance_m
  from location asked left join station_member home on home.location = asked.id
 cross join lateral (
       select x.* from location x left join source_standing s on s.source_id = x.source_id
        where x.id = any(case when home.station is null then array[asked.id]
                         else array(select m.location from station_member m where m.station = home.station) end)
        order by coalesce(s.reachable, true) desc, coalesce(s.kind, 'bilateral'), x.last_updated desc,
                 x.source_id, x.country_code, x.party_id, x.location_id
        limit 1) as b
 where asked.id = %(id)s and asked.removed_at is null and asked.publish"""

EVSES = """
select asked.id as station, e.id, e.evse_key, e.uid, e.evse_id, e.status, e.capabilities, e.physical_reference, e.floor_level,
       e.last_updated, l.id as location, l.source_id, l.country_code, l.party_id, l.location_id,
       coalesce(s.reachable, true) as reachable, coalesce(s.kind, 'bilateral') as kind
  from unnest(%(ids)s::bigint[]) as asked (id)
 cross join lateral unnest(coalesce(
       (select array_agg(m.location) from station_member home join station_member m on m.station = home.station
         where home.location = asked.id), array[asked.id])) as member (location)
  join location l on l.id = member.location join evse e on e.location = l.id
  left join source_standing s on s.source_id = l.source_id
 order by asked.id, e.physical_reference nulls last, e.uid, e.id"""

CONNECTORS = """
select id, evse, connector_id, standard, format, power_type, max_power_w, power_is_derived, tariff_ids
  from connector where evse = any(%(ids)s) order by evse, connector_id"""

# Every connector of every source's row of the point that the asked connector belongs to: the same plug is among them.
TARGETS = """
select asked.id as asked, c.id as row_id, l.source_id, l.country_code, l.party_id, l.location_id,
       coalesce(l.name, l.address) as location_name, l.address, l.city, l.country, l.time_zone, l.operator_name,
       e.id as evse, e.uid, e.evse_id, e.status, e.last_updated,
       c.connector_id, c.standard, c.power_type, c.max_power_w, c.tariff_ids,
       coalesce(s.reachable, true) as reachable, coalesce(s.kind, 'bilateral') as kind
  from unnest(%(ids)s::bigint[]) as asked (id)
  join connector c0 on c0.id = asked.id join evse e0 on e0.id = c0.evse
  join location l0 on l0.id = e0.location and l0.removed_at is null and l0.publish
 cross join lateral (
       select e0.id
        union
       select e.id from station_member home join station_member m on m.station = home.station
         join evse e on e.location = m.location and e.evse_key = e0.evse_key
        where home.location = e0.location) as point (id)
  join evse e on e.id = point.id join connector c on c.evse = e.id join location l on l.id = e.location
  left join source_standing s on s.source_id = l.source_id"""

# Station maintenance. Whoever regroups waits here for whoever does so before and then sees all that they committed.
REGROUP_ALONE = "select pg_advisory_xact_lock(hashtextextended(current_schema() || ' stations', 0))"

CONCERNED = """
with concerned as (
    select changed.id from unnest(%(ids)s::bigint[]) as changed (id)
     where exists (select from station_member m where m.location = changed.id)
        or exists (select from evse e join evse o on o.evse_key = e.evse_key and o.location <> e.location
                    where e.location = changed.id))
select id from concerned
 union
select m.location from concerned join station_member home on home.location = concerned.id
  join station_member m on m.station = home.station"""

SHARING = """
select l.id, l.source_id, l.country_code, l.party_id, l.location_id, l.latitude::float8 as latitude,
       l.longitude::float8 as longitude, array_agg(e.evse_key) as evse_keys
  from (select distinct k.evse_key from evse k where k.location = any(%(ids)s) and k.evse_key is not null) as shared
  join evse e on e.evse_key = shared.evse_key join location l on l.id = e.location
 where l.removed_at is null and l.publish
 group by l.id"""

UNGROUP = "delete from station_member where location = any(%(ids)s)"

GROUP = """
insert into station_member (location, station)
select * from unnest(%(locations)s::bigint[], %(stations)s::bigint[])
on conflict (location) do update set station = excluded.station where station_member.station <> excluded.station"""

TIME_ZONE = """
select time_zone from location
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and location_id = %(id)s"""
