"""SQL of the session store. `PUT` is the hottest write of the platform: session and event in one statement."""

# A final session stays final; an older report changes nothing. Both leave no row in `stored`, and so no event.
# OCPI 2.1.1 names no grant; the contract that its START_SESSION told stands for it.
# A session is named by its owner: what its operator and a hub report is one session. Over another channel only later news
# counts, or two channels would contradict each other for ever in words; and another partner that is no hub says nothing of it.
# Between head and tail stands the source: a parameter, or a proof that gives it, and null where it fails.
PUT_HEAD = """
with stored as (
    insert into session as s (source_id, country_code, party_id, session_id, status, kwh, currency, total_net, total_gross,
                              token_uid, authorization_reference, location_id, evse_uid, connector_id, started_at, ended_at,
                              last_updated, raw, validation, ocpi_version)
    values ("""
PUT_TAIL = """, %(country)s, %(party)s, %(session_id)s, %(status)s, %(kwh)s, %(currency)s, %(net)s, %(gross)s,
            %(token)s, coalesce(%(reference)s, (select reference from authorization_grant where reference = %(contract)s)),
            %(location)s, %(evse)s, %(connector)s, %(started)s, %(ended)s, %(last_updated)s, %(raw)s,
            %(validation)s, %(version)s)
    on conflict (country_code, party_id, session_id) do update
       set status = excluded.status, kwh = excluded.kwh, currency = excluded.currency, total_net = excluded.total_net,
           total_gross = excluded.total_gross, token_uid = excluded.token_uid,
           authorization_reference = coalesce(excluded.authorization_reference, s.authorization_reference),
           started_at = excluded.started_at, ended_at = excluded.ended_at, last_updated = excluded.last_updated,
           raw = excluded.raw, validation = excluded.validation, ocpi_version = excluded.ocpi_version,
           received_at = now(), version = s.version + 1
     where s.status not in ('COMPLETED', 'INVALID')
       and case when s.source_id = excluded.source_id then s.last_updated <= excluded.last_updated
                else s.last_updated < excluded.last_updated and exists (
                     select from source_standing hub
                      where hub.source_id in (s.source_id, excluded.source_id) and hub.kind = 'hub') end
    returning id, version),
told as (
    insert into platform.outbox (tenant, type, aggregate, aggregate_version, payload, traceparent)
    select %(tenant)s, 'session.updated.v1', 'session:' || id, version, '{"session":"' || id || '"}', %(traceparent)s
      from stored)
select id from stored"""
PUT = f"{PUT_HEAD}%(source)s{PUT_TAIL}"

_COLUMNS = """
id, source_id, country_code, party_id, session_id, status, kwh, currency, total_net, total_gross, token_uid,
authorization_reference, location_id, evse_uid, connector_id, started_at, ended_at, last_updated, version, raw"""

GET = f"select {_COLUMNS} from session where id = %(id)s"
VERBATIM = """
select raw, ocpi_version from session
 where country_code = %(country)s and party_id = %(party)s and session_id = %(session_id)s
   and (source_id = %(source)s or exists (
        select from source_standing hub where hub.source_id in (session.source_id, %(source)s) and hub.kind = 'hub'))"""
BY_REFERENCE = f"select {_COLUMNS} from session where authorization_reference = %(reference)s order by started_at desc limit 1"
BY_KEY = f"""select {_COLUMNS} from session
 where country_code = %(country)s and party_id = %(party)s and session_id = %(session_id)s
   and (source_id = %(source)s or exists (
        select from source_standing hub where hub.source_id in (session.source_id, %(source)s) and hub.kind = 'hub'))"""

ADD_GRANT = """
insert into authorization_grant (reference, source_id, driver_id, token_uid, stream, pins, created_at)
values (%(reference)s, %(source)s, %(driver)s, %(token)s, %(stream)s, %(pins)s, %(created)s)
on conflict (reference) do nothing"""
REROUTE_GRANT = """
update authorization_grant set source_id = %(source)s, token_uid = %(token)s where reference = %(reference)s"""
FIND_GRANT = """
select reference, source_id, driver_id, token_uid, stream, pins, created_at
  from authorization_grant where reference = %(reference)s"""
