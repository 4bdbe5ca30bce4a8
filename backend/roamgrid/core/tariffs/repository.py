"""SQL of the tariff store. A live version has neither `superseded_at` nor `withdrawn`."""

UNCHANGED = """
select raw_hash, country_code, party_id, tariff_id
  from unnest(%(hashes)b::bytea[]) as sent (raw_hash) join tariff_version using (raw_hash)
 where source_id = %(source)s and superseded_at is null and not withdrawn"""

# One writer a source: two that meet the same new tariff must not both believe that it is new.
HOLD = "select pg_advisory_xact_lock(hashtextextended('tariffs/' || %(source)s::text, 0))"

# The limit makes the planner look each tariff up by its whole key, whatever its statistics say of a source.
# A changed content closes the version it replaces; the same content again only revives a withdrawn one.
APPLY = """
with page as (
    select * from unnest(%(country)b::text[], %(party)b::text[], %(id)b::text[], %(canonical)b::text[], %(raw)b::text[],
                         %(raw_hash)b::bytea[], %(last_updated)b::timestamptz[], %(validation)b::text[], %(version)b::text[])
        as p (country_code, party_id, tariff_id, canonical, raw, raw_hash, last_updated, validation, ocpi_version)),
live as (
    select page.tariff_id, page.country_code, page.party_id, held.id, held.raw_hash = page.raw_hash as same
      from page cross join lateral (
            select id, raw_hash from tariff_version
             where source_id = %(source)s and superseded_at is null and country_code = page.country_code
               and party_id = page.party_id and tariff_id = page.tariff_id
             limit 1) as held),
revived as (
    update tariff_version set withdrawn = false from live where tariff_version.id = live.id and live.same and withdrawn),
closed as (
    update tariff_version set superseded_at = now() from live where tariff_version.id = live.id and not live.same)
select page.country_code, page.party_id, page.tariff_id, live.id is null as is_new
  from page left join live using (country_code, party_id, tariff_id)
 where live.id is null or not live.same"""

INSERT = """
insert into tariff_version (source_id, country_code, party_id, tariff_id, canonical, raw, raw_hash, last_updated, validation,
                            ocpi_version)
select %(source)s, * from unnest(%(country)b::text[], %(party)b::text[], %(id)b::text[], %(canonical)b::text[], %(raw)b::text[],
                                 %(raw_hash)b::bytea[], %(last_updated)b::timestamptz[], %(validation)b::text[],
                                 %(version)b::text[])"""

LIVE_KEYS = """
select id, country_code, party_id, tariff_id from tariff_version
 where source_id = %(source)s and superseded_at is null and not withdrawn"""

WITHDRAW = "update tariff_version set withdrawn = true where id = any(%(ids)s)"

LAST_UPDATED = """
select last_updated from tariff_version
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and tariff_id = %(id)s
   and superseded_at is null and not withdrawn"""

VERBATIM = """
select raw, ocpi_version from tariff_version
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and tariff_id = %(id)s
   and superseded_at is null and not withdrawn"""

WITHDRAW_ONE = """
update tariff_version set withdrawn = true
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and tariff_id = %(id)s
   and superseded_at is null and not withdrawn returning id"""

CURRENT = """
select id, canonical, recorded_at from tariff_version
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and tariff_id = any(%(ids)s)
   and superseded_at is null and not withdrawn order by array_position(%(ids)s, tariff_id)"""

CURRENT_MANY = """
select wanted.source_id, wanted.country_code, wanted.party_id, wanted.tariff_id, t.id, t.canonical, t.recorded_at
  from unnest(%(source)s::uuid[], %(country)b::text[], %(party)b::text[], %(id)b::text[])
    as wanted (source_id, country_code, party_id, tariff_id)
  join tariff_version t using (source_id, country_code, party_id, tariff_id)
 where t.superseded_at is null and not t.withdrawn"""

VERSION = "select id, canonical, recorded_at from tariff_version where id = %(id)s"

COUNTS = """
select count(*) filter (where superseded_at is null and not withdrawn) as tariffs, count(*) as versions
  from tariff_version where source_id = coalesce(%(source)s, source_id)"""
