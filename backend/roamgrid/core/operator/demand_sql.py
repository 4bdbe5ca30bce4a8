"""SQL of partners' demands on our stations."""

_COLUMNS = """
id, kind, connection, source_id, country_code, party_id, response_url, session_id, reservation_id, own_reservation_id"""

ADD = """
insert into operator_demand (id, kind, connection, source_id, country_code, party_id, response_url, session_id, reservation_id,
                             own_reservation_id, requested_at)
values (%(id)s, %(kind)s, %(connection)s, %(source)s, %(country)s, %(party)s, %(url)s, %(session)s, %(reservation)s, %(own)s,
        %(now)s)"""
ASKED_BY = "select connection from operator_demand where id = %(id)s"
ANSWERED = "update operator_demand set response = %(response)s where id = %(id)s"

LOCK = """
select d.outcomes, (select outcome from operator_outcome o where o.demand = d.id and o.number = d.outcomes) as last
  from operator_demand d where d.id = %(id)s and d.source_id = %(source)s for update"""
ADD_OUTCOME = """
with counted as (update operator_demand set outcomes = %(number)s where id = %(id)s)
insert into operator_outcome (demand, number, outcome) values (%(id)s, %(number)s, %(outcome)s)"""
OUTCOME = f"""
select {_COLUMNS}, o.outcome, o.told_at
  from operator_demand d join operator_outcome o on o.demand = d.id where d.id = %(id)s and o.number = %(number)s"""
TOLD = """
update operator_outcome set told_at = %(now)s, refused = %(refused)s where demand = %(id)s and number = %(number)s"""

RESERVATION = f"""
select {_COLUMNS} from operator_demand
 where kind = 'RESERVE_NOW' and connection = %(connection)s and country_code = %(country)s and party_id = %(party)s
   and lower(reservation_id) = lower(%(id)s)
 order by requested_at desc limit 1"""
PROFILED = f"""
select {_COLUMNS} from operator_demand
 where kind = 'SET' and source_id = %(source)s and session_id = %(session)s and response = 'ACCEPTED'
 order by requested_at desc limit 1"""

OWN_SESSION = """
select s.source_id, s.country_code, s.party_id, s.session_id, s.location_id, s.evse_uid
  from session s join charge_addressee a on a.kind = 'session' and a.object = s.id and a.connection = %(connection)s
  join unnest(%(countries)s::text[], %(parties)s::text[]) as ours (country_code, party_id)
    on (s.country_code, s.party_id) = (ours.country_code, ours.party_id)
 where lower(s.session_id) = lower(%(session)s) and s.status not in ('COMPLETED', 'INVALID')
 order by s.last_updated desc limit 1"""
OWN_STATION = """
select l.source_id, l.country_code, l.party_id, l.location_id
  from location l join party p on p.role = 'CPO'
    and (p.source_id, p.country_code, p.party_id) = (l.source_id, l.country_code, l.party_id)
  join unnest(%(countries)s::text[], %(parties)s::text[]) as ours (country_code, party_id)
    on (l.country_code, l.party_id) = (ours.country_code, ours.party_id)
 where lower(l.location_id) = lower(%(location)s) and l.removed_at is null
   and not exists (select from source_standing s where s.source_id = l.source_id and s.kind = 'hub')
 order by l.last_updated desc limit 1"""
CAPABILITIES = """
select e.capabilities from evse e join location l on l.id = e.location
 where l.source_id = %(source)s and l.country_code = %(country)s and l.party_id = %(party)s
   and lower(l.location_id) = lower(%(location)s) and lower(e.uid) = lower(%(evse)s)"""
