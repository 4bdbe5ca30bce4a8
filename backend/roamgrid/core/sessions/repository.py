"""SQL of the session store. `PUT` is the hottest write of the platform: session and event in one statement."""

# A final session stays final; an older report changes nothing. Both leave no row in `stored`, and so no event.
PUT = """
with stored as (
    insert into session as s (source_id, country_code, party_id, session_id, status, kwh, currency, total_net, total_gross,
                              token_uid, authorization_reference, location_id, evse_uid, connector_id, started_at, ended_at,
                              last_updated, raw)
    values (%(source)s, %(country)s, %(party)s, %(session_id)s, %(status)s, %(kwh)s, %(currency)s, %(net)s, %(gross)s,
            %(token)s, %(reference)s, %(location)s, %(evse)s, %(connector)s, %(started)s, %(ended)s, %(last_updated)s, %(raw)s)
    on conflict (source_id, country_code, party_id, session_id) do update
       set status = excluded.status, kwh = excluded.kwh, currency = excluded.currency, total_net = excluded.total_net,
           total_gross = excluded.total_gross, token_uid = excluded.token_uid,
           authorization_reference = coalesce(excluded.authorization_reference, s.authorization_reference),
           started_at = excluded.started_at, ended_at = excluded.ended_at, last_updated = excluded.last_updated,
           raw = excluded.raw, received_at = now(), version = s.version + 1
     where s.last_updated <= excluded.last_updated and s.status not in ('COMPLETED', 'INVALID')
    returning id, version),
told as (
    insert into platform.outbox (tenant, type, aggregate, aggregate_version, payload, traceparent)
    select %(tenant)s, 'session.updated.v1', 'session:' || id, version, '{"session":"' || id || '"}', %(traceparent)s
      from stored)
select id from stored"""

_COLUMNS = """
id, source_id, country_code, party_id, session_id, status, kwh, currency, total_net, total_gross, token_uid,
authorization_reference, location_id, evse_uid, connector_id, started_at, ended_at, last_updated, version, raw"""

GET = f"select {_COLUMNS} from session where id = %(id)s"
BY_REFERENCE = f"select {_COLUMNS} from session where authorization_reference = %(reference)s order by started_at desc limit 1"
BY_KEY = f"""select {_COLUMNS} from session
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and session_id = %(session_id)s"""

ADD_GRANT = """
insert into authorization_grant (reference, source_id, driver_id, token_uid, stream, pins, created_at)
values (%(reference)s, %(source)s, %(driver)s, %(token)s, %(stream)s, %(pins)s, %(created)s)
on conflict (reference) do nothing"""
FIND_GRANT = """
select reference, source_id, driver_id, token_uid, stream, pins, created_at
  from authorization_grant where reference = %(reference)s"""
