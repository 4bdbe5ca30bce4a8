"""SQL of the token store. `uid_key` is the uid case-folded: readers and back ends disagree on case."""

_COLUMNS = """uid, type, country_code, party_id, contract_id, issuer, visual_number, group_id, language, valid, whitelist,
last_updated, driver_id, source_id"""

APP_TOKEN = f"select {_COLUMNS} from token where driver_id = %(driver)s and source_id = %(source)s"

ADD = f"""
insert into token (uid_key, {_COLUMNS})
values (%(uid_key)s, %(uid)s, %(type)s, %(country)s, %(party)s, %(contract)s, %(issuer)s, %(visual_number)s, null, null,
        true, %(whitelist)s, %(now)s, %(driver)s, %(source)s)
on conflict do nothing returning {_COLUMNS}"""

FIND = f"""
select {_COLUMNS} from token
 where uid_key = %(uid_key)s and type = coalesce(%(type)s, type) and (source_id is null or source_id = %(source)s)
 order by source_id nulls last limit 1"""

SET_VALID = f"""
update token set valid = %(valid)s, last_updated = %(now)s where uid_key = %(uid_key)s and type = %(type)s
returning {_COLUMNS}"""

PAGE = f"""
select {_COLUMNS}, count(*) over () as total from token
 where (source_id is null or source_id = %(source)s)
   and last_updated >= coalesce(%(date_from)s::timestamptz, '-infinity')
   and last_updated < coalesce(%(date_to)s::timestamptz, 'infinity')
 order by last_updated, uid_key, type offset %(offset)s limit %(limit)s"""

COUNT = """
select count(*) as total from token
 where (source_id is null or source_id = %(source)s)
   and last_updated >= coalesce(%(date_from)s::timestamptz, '-infinity')
   and last_updated < coalesce(%(date_to)s::timestamptz, 'infinity')"""
