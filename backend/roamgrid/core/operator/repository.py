"""SQL over what a tenant publishes of its own network.

Parties are joined first: the stores are keyed by source, and only a few sources speak for a party of ours. A hub never does: it
repeats what we told it.
"""

_OWN = """
select distinct p.source_id, p.country_code, p.party_id
  from party p join unnest(%(countries)s::text[], %(parties)s::text[]) as ours (country_code, party_id)
 using (country_code, party_id)
 where p.role = 'CPO' and not exists (select from source_standing s where s.source_id = p.source_id and s.kind = 'hub')"""
_WINDOW = """
 where (%(date_from)s::timestamptz is null or last_updated >= %(date_from)s)
   and (%(date_to)s::timestamptz is null or last_updated < %(date_to)s)"""

# After the last object shown, not after so many: what changes while a partner turns the pages moves to the end, and nothing
# slips forward over a page's edge.
_PAGE = """
   and (%(after_at)s::timestamptz is null or (last_updated, id::text) > (%(after_at)s, %(after_id)s::text))
 order by last_updated, id::text offset %(offset)s limit %(limit)s"""
_COLUMNS = "source_id, country_code, party_id, raw, ocpi_version, last_updated, id"

_LOCATIONS = f"""
with own as ({_OWN}), listed as (
    select {_COLUMNS} from location join own using (source_id, country_code, party_id) where removed_at is null)"""
_TARIFFS = f"""
with own as ({_OWN}), listed as (
    select {_COLUMNS} from tariff_version join own using (source_id, country_code, party_id)
     where superseded_at is null and not withdrawn)"""
_SESSIONS = f"""
with own as ({_OWN}), listed as (
    select {_COLUMNS}, a.token from session join own using (source_id, country_code, party_id)
      join charge_addressee a on a.kind = 'session' and a.object = session.id and a.connection = %(connection)s)"""
_CDRS = f"""
with own as ({_OWN}), listed as (
    select source_id, country_code, party_id, raw, ocpi_version, id, a.token,
           (canonical::jsonb ->> 'last_updated')::timestamptz as last_updated
      from cdr join own using (source_id, country_code, party_id)
      join charge_addressee a on a.kind = 'cdr' and a.object = cdr.id and a.connection = %(connection)s)"""


LOCATIONS = f"{_LOCATIONS} select * from listed {_WINDOW} {_PAGE}"
LOCATIONS_TOTAL = f"{_LOCATIONS} select count(*) as total from listed {_WINDOW}"
TARIFFS = f"{_TARIFFS} select * from listed {_WINDOW} {_PAGE}"
TARIFFS_TOTAL = f"{_TARIFFS} select count(*) as total from listed {_WINDOW}"
SESSIONS = f"{_SESSIONS} select * from listed {_WINDOW} {_PAGE}"
SESSIONS_TOTAL = f"{_SESSIONS} select count(*) as total from listed {_WINDOW}"
CDRS = f"{_CDRS} select * from listed {_WINDOW} {_PAGE}"
CDRS_TOTAL = f"{_CDRS} select count(*) as total from listed {_WINDOW}"

LOCATION = f"""
with own as ({_OWN})
select {_COLUMNS} from location join own using (source_id, country_code, party_id)
 where removed_at is null and lower(location_id) = lower(%(id)s) order by last_updated desc limit 1"""

# What one partner: its present state, and whether it is gone.
ONE_LOCATION = f"""
with own as ({_OWN})
select {_COLUMNS}, removed_at is not null as gone from location join own using (source_id, country_code, party_id)
 where location_id = %(id)s order by gone, last_updated desc limit 1"""
ONE_TARIFF = f"""
with own as ({_OWN})
select {_COLUMNS}, withdrawn as gone from tariff_version join own using (source_id, country_code, party_id)
 where superseded_at is null and tariff_id = %(id)s order by gone, last_updated desc limit 1"""
ONE_SESSION = f"""
with own as ({_OWN})
select {_COLUMNS}, false as gone, a.token from session join own using (source_id, country_code, party_id)
  left join charge_addressee a on a.kind = 'session' and a.object = session.id where id = %(id)s"""
ONE_CDR = f"""
with own as ({_OWN})
select source_id, country_code, party_id, raw, ocpi_version, id, false as gone, a.token
  from cdr join own using (source_id, country_code, party_id)
  left join charge_addressee a on a.kind = 'cdr' and a.object = cdr.id where id = %(id)s"""

# When we learned of it: whoever tells it may do so late. A withdrawal has no time; all of them are told.
LOCATIONS_SINCE = f"""
with own as ({_OWN})
select country_code, party_id, location_id as id, greatest(received_at, removed_at) as at
  from location join own using (source_id, country_code, party_id)
 where greatest(received_at, removed_at) >= %(since)s order by at, id"""
TARIFFS_SINCE = f"""
with own as ({_OWN})
select country_code, party_id, tariff_id as id, greatest(recorded_at, %(since)s) as at
  from tariff_version join own using (source_id, country_code, party_id)
 where superseded_at is null and (withdrawn or recorded_at >= %(since)s) order by at, id"""
CHARGES_SINCE = """
select a.object as id, coalesce(s.received_at, c.received_at) as at
  from charge_addressee a
  left join session s on a.kind = 'session' and s.id = a.object
  left join cdr c on a.kind = 'cdr' and c.id = a.object
 where a.kind = %(kind)s and a.connection = %(connection)s and (a.kind = 'session' or a.told_at is null)
   and coalesce(s.received_at, c.received_at) >= %(since)s order by at, id"""
