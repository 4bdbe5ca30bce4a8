"""SQL of the CDR store. Rows are inserted and read; nothing updates or deletes them."""

ADD = """
insert into cdr (source_id, country_code, party_id, cdr_id, inbound_id, content_hash, canonical, raw, session_id,
                 authorization_reference, token_uid, total_net, currency, kwh, started_at, ended_at)
values (%(source)s, %(country)s, %(party)s, %(cdr_id)s, %(inbound)s, %(hash)s, %(canonical)s, %(raw)s, %(session_id)s,
        %(reference)s, %(token)s, %(net)s, %(currency)s, %(kwh)s, %(started)s, %(ended)s)
on conflict (source_id, country_code, party_id, cdr_id) do nothing returning id"""

KNOWN = """
select id, content_hash from cdr
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and cdr_id = %(cdr_id)s"""

ADD_CONFLICT = """
insert into cdr_conflict (cdr, inbound_id, content_hash, raw) values (%(cdr)s, %(inbound)s, %(hash)s, %(raw)s)
on conflict (cdr, content_hash) do nothing
returning id, 2 + (select count(*) from cdr_conflict where cdr = %(cdr)s) as version"""

GET = "select id, source_id, canonical, raw, content_hash, received_at from cdr where id = %(id)s"

RAW = """
select raw from cdr
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and cdr_id = %(cdr_id)s"""
RAW_BY_ID = "select raw from cdr where id = %(id)s and source_id = %(source)s"
