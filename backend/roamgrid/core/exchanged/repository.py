"""SQL of the store of exchanged objects."""

_COLUMNS = "kind, source_id, country_code, party_id, object_id, raw, ocpi_version, last_updated, withdrawn"
_KEY = """
kind = %(kind)s and source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and object_key = %(key)s"""

# Older news changes nothing, and neither does the same again, unless it brings back what was withdrawn.
PUT = """
insert into module_object as held (kind, source_id, country_code, party_id, object_id, object_key, canonical, raw, raw_hash,
                                   ocpi_version, validation, last_updated)
values (%(kind)s, %(source)s, %(country)s, %(party)s, %(id)s, %(key)s, %(canonical)s, %(raw)s, %(raw_hash)s, %(version)s,
        %(validation)s, %(last_updated)s)
on conflict (kind, source_id, country_code, party_id, object_key) do update
   set canonical = excluded.canonical, raw = excluded.raw, raw_hash = excluded.raw_hash, ocpi_version = excluded.ocpi_version,
       validation = excluded.validation, last_updated = excluded.last_updated, received_at = now(),
       version = held.version + 1, withdrawn = false
 where held.last_updated <= excluded.last_updated and (held.raw_hash <> excluded.raw_hash or held.withdrawn)
returning id, version"""
WITHDRAW = f"""
update module_object set withdrawn = true, version = version + 1 where {_KEY} and not withdrawn returning id, version"""
GET = f"select {_COLUMNS} from module_object where {_KEY} and not withdrawn"

_LISTED = """
  from module_object
 where kind = %(kind)s and source_id = %(source)s and not withdrawn
   and (%(date_from)s::timestamptz is null or last_updated >= %(date_from)s)
   and (%(date_to)s::timestamptz is null or last_updated < %(date_to)s)"""
PAGE = f"select {_COLUMNS} {_LISTED} order by last_updated, id offset %(offset)s limit %(limit)s"
TOTAL = f"select count(*) as total {_LISTED}"

SET_FINDING = "update module_object set finding = %(finding)s where id = %(id)s"
FINDING = f"select finding from module_object where {_KEY}"
