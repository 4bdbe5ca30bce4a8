"""SQL of the CDR store. Rows are inserted and read; nothing updates or deletes them."""

ADD = """
insert into cdr (source_id, country_code, party_id, cdr_id, inbound_id, content_hash, canonical, raw, session_id,
                 authorization_reference, token_uid, total_net, currency, kwh, started_at, ended_at,
                 validation, ocpi_version)
values (%(source)s, %(country)s, %(party)s, %(cdr_id)s, %(inbound)s, %(hash)s, %(canonical)s, %(raw)s, %(session_id)s,
        %(reference)s, %(token)s, %(net)s, %(currency)s, %(kwh)s, %(started)s, %(ended)s,
        %(validation)s, %(version)s)
on conflict (country_code, party_id, cdr_id) do nothing returning id"""

# `retold`: the same charge and the same price, written down in another version of the protocol or by another channel.
# Not by token: 2.1.1 names the contract instead.
# `over`: which channel it came over before: the same one, another one (operator and hub), or a stranger's.
KNOWN = """
select id, content_hash,
       (ocpi_version is distinct from %(version)s or source_id <> %(source)s)
         and (total_net, currency, kwh, started_at, ended_at)
           = (%(net)s, %(currency)s, %(kwh)s, %(started)s, %(ended)s) as retold,
       case when source_id = %(source)s then 'same'
            when exists (select from source_standing hub
                          where hub.source_id in (cdr.source_id, %(source)s) and hub.kind = 'hub') then 'other'
            else 'stranger' end as over
  from cdr
 where country_code = %(country)s and party_id = %(party)s and cdr_id = %(cdr_id)s"""

ADD_COPY = """
insert into cdr_copy (cdr, source_id, inbound_id, content_hash, raw, ocpi_version)
values (%(cdr)s, %(source)s, %(inbound)s, %(hash)s, %(raw)s, %(version)s)
on conflict (cdr, source_id, content_hash) do nothing"""

ADD_CONFLICT = """
insert into cdr_conflict (cdr, inbound_id, content_hash, raw) values (%(cdr)s, %(inbound)s, %(hash)s, %(raw)s)
on conflict (cdr, content_hash) do nothing
returning id, 2 + (select count(*) from cdr_conflict where cdr = %(cdr)s) as version"""

GET = "select id, source_id, canonical, raw, content_hash, received_at from cdr where id = %(id)s"

RAW = """
select raw, ocpi_version from cdr
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and cdr_id = %(cdr_id)s
union all
(select copy.raw, copy.ocpi_version from cdr join cdr_copy copy on copy.cdr = cdr.id
  where copy.source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and cdr_id = %(cdr_id)s
  order by copy.received_at)
limit 1"""
RAW_BY_ID = """
select raw, ocpi_version from cdr where id = %(id)s and source_id = %(source)s
union all
(select raw, ocpi_version from cdr_copy where cdr = %(id)s and source_id = %(source)s order by received_at)
limit 1"""
