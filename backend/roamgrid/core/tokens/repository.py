"""SQL of the token store. `uid_key` is `uids.uid_key(uid)`: readers and back ends disagree on case and separators.

What partner `source` is told of a token: the whitelist of the token itself, else of the contract with that partner, else the
brand's; and that it is not valid while its driver is refused.
"""

_COLUMNS = """t.uid, t.type, t.country_code, t.party_id, t.contract_id, t.issuer, t.visual_number, t.group_id, t.language,
t.valid and d.refusal is null as valid, case when t.own_whitelist then t.whitelist else coalesce(p.whitelist, t.whitelist) end
as whitelist, t.last_updated, t.driver_id, t.valid_until, coalesce(t.refusal, d.refusal) as refusal,
coalesce(t.reason, d.refusal_reason) as reason"""

_FROM = """
  from token t left join driver d on d.id = t.driver_id
  left join token_policy p on p.source_id = %(source)s::uuid and p.type = t.type"""

APP_TOKEN = f"select {_COLUMNS} {_FROM} where t.driver_id = %(driver)s and t.source_id = %(source)s"

ADD = """
insert into token (uid_key, uid, type, country_code, party_id, contract_id, issuer, visual_number, group_id, language, valid,
                   whitelist, own_whitelist, last_updated, driver_id, source_id, valid_until, refusal, reason)
values (%(uid_key)s, %(uid)s, %(type)s, %(country)s, %(party)s, %(contract)s, %(issuer)s, %(visual_number)s, %(group)s,
        %(language)s, %(refusal)s::text is null, %(whitelist)s, %(own_whitelist)s, %(now)s, %(driver)s, %(source)s,
        %(valid_until)s, %(refusal)s, %(reason)s)
on conflict do nothing returning uid, type, last_updated"""

FIND = f"""
select {_COLUMNS} {_FROM}
 where t.uid_key = %(uid_key)s and t.type = coalesce(%(type)s, t.type)
   and (t.source_id is null or t.source_id = %(source)s)
 order by t.source_id nulls last limit 1"""

BY_CONTRACT = f"""
select {_COLUMNS} {_FROM}
 where lower(t.contract_id) = lower(%(contract)s) and (t.source_id is null or t.source_id = %(source)s)
 order by t.source_id nulls last, t.uid limit 1"""

GET = f"select {_COLUMNS} {_FROM} where t.uid_key = %(uid_key)s and t.type = %(type)s"

OWNER = "select driver_id, refusal from token where uid_key = %(uid_key)s and type = %(type)s for update"

# A change is newer than the one before even if the clock stood still or went back: partners and events drop what is older.
_CHANGED = "last_updated = greatest(%(now)s, last_updated + interval '1 microsecond')"

SET_REFUSAL = f"""
update token set valid = %(refusal)s::text is null, refusal = %(refusal)s, reason = %(reason)s, {_CHANGED}
 where uid_key = %(uid_key)s and type = %(type)s returning uid, type, last_updated"""

SET_WHITELIST = f"""
update token set whitelist = %(whitelist)s, own_whitelist = %(own)s, {_CHANGED}
 where uid_key = %(uid_key)s and type = %(type)s returning uid, type, last_updated"""

# What is not stated stays as it is; a token that had expired lives again when it is valid for longer. No row: nothing changed.
REVISE = """
with revised as (
    select uid_key, type, coalesce(%(contract)s, contract_id) as contract_id, coalesce(%(issuer)s, issuer) as issuer,
           coalesce(%(visual_number)s, visual_number) as visual_number, coalesce(%(group)s, group_id) as group_id,
           coalesce(%(language)s, language) as language, coalesce(%(whitelist)s, whitelist) as whitelist,
           own_whitelist or %(whitelist)s::text is not null as own_whitelist,
           coalesce(%(valid_until)s, valid_until) as valid_until, coalesce(%(driver)s, driver_id) as driver_id,
           case when refusal is null or lives_again then %(refusal)s else refusal end as refusal,
           case when refusal is null or lives_again then %(reason)s else reason end as reason
      from (select *, coalesce(refusal = 'EXPIRED' and %(valid_until)s::timestamptz > %(now)s, false) as lives_again
              from token where uid_key = %(uid_key)s and type = %(type)s) as held)
update token t
   set (contract_id, issuer, visual_number, group_id, language, whitelist, own_whitelist, valid_until, driver_id,
        refusal, reason, valid, last_updated)
     = (r.contract_id, r.issuer, r.visual_number, r.group_id, r.language, r.whitelist, r.own_whitelist, r.valid_until,
        r.driver_id, r.refusal, r.reason, r.refusal is null, greatest(%(now)s, t.last_updated + interval '1 microsecond'))
  from revised r
 where t.uid_key = r.uid_key and t.type = r.type
   and (t.contract_id, t.issuer, t.visual_number, t.group_id, t.language, t.whitelist, t.own_whitelist, t.valid_until,
        t.driver_id, t.refusal)
       is distinct from
       (r.contract_id, r.issuer, r.visual_number, r.group_id, r.language, r.whitelist, r.own_whitelist, r.valid_until,
        r.driver_id, r.refusal)
returning t.uid, t.type, t.last_updated"""

TOUCH_DRIVERS = f"update token set {_CHANGED} where driver_id = %(driver)s returning uid, type, last_updated"

EXPIRE = f"""
update token set valid = false, refusal = 'EXPIRED', reason = 'valid_until has passed', {_CHANGED}
 where valid and valid_until <= %(now)s returning uid, type, last_updated"""

DECLARE = f"""
update token set whitelist = %(whitelist)s, {_CHANGED}
 where type = %(type)s and not own_whitelist and whitelist <> %(whitelist)s returning uid, type, last_updated"""

SET_POLICY = """
insert into token_policy as p (source_id, type, whitelist) values (%(source)s, %(type)s, %(whitelist)s)
on conflict (source_id, type) do update set whitelist = excluded.whitelist where p.whitelist <> excluded.whitelist
returning type"""
DROP_POLICY = "delete from token_policy where source_id = %(source)s and type = %(type)s returning type"
TOUCH_TYPE = f"""
update token set {_CHANGED} where type = %(type)s and not own_whitelist returning uid, type, last_updated"""

# Vehicles' contracts (EMAID) are asked for in real time and never handed out.
_SEEN = """
   (t.source_id is null or t.source_id = %(source)s) and t.type <> 'EMAID'
   and t.last_updated >= coalesce(%(date_from)s::timestamptz, '-infinity')
   and t.last_updated < coalesce(%(date_to)s::timestamptz, 'infinity')"""
PAGE = f"""
select {_COLUMNS}, count(*) over () as total {_FROM} where {_SEEN}
 order by t.last_updated, t.uid_key, t.type offset %(offset)s limit %(limit)s"""
COUNT = f"select count(*) as total from token t where {_SEEN}"

LIST = f"""
select {_COLUMNS}, t.uid_key {_FROM}
 where (%(refused)s::boolean is null or (t.valid and d.refusal is null) <> %(refused)s)
   and (%(uid_key)s::text is null or t.uid_key = %(uid_key)s) and (t.uid_key, t.type) > (%(after_key)s, %(after_type)s)
 order by t.uid_key, t.type limit %(limit)s"""

KEYS = "select uid_key from token where uid_key = any(%(keys)s) and type = 'RFID'"

TOLD = """
select version from token_told
 where uid_key = %(uid_key)s and type = %(type)s and source_id = %(source)s and error is null"""
RECORD_TOLD = """
insert into token_told as k (uid_key, type, source_id, version, told_at, error, failures)
values (%(uid_key)s, %(type)s, %(source)s, %(version)s, case when %(error)s::text is null then %(now)s::timestamptz end,
        %(error)s, case when %(error)s::text is null then 0 else 1 end)
on conflict (uid_key, type, source_id) do update
   set version = excluded.version, told_at = coalesce(excluded.told_at, k.told_at), error = excluded.error,
       failures = case when excluded.error is null then 0 else k.failures + 1 end
 where k.version <= excluded.version"""
UNTOLD = """
select uid_key, type, source_id, failures, error from token_told
 where error is not null and uid_key = any(%(keys)s) order by source_id"""
