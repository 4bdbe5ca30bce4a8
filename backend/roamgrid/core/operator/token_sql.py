"""SQL over partners' tokens."""

_PAGE = """
with page as (
    select * from unnest(%(country)b::text[], %(party)b::text[], %(uid)b::text[], %(key)b::text[], %(type)b::text[],
                         %(contract)b::text[], %(issuer)b::text[], %(group)b::text[], %(valid)b::boolean[],
                         %(whitelist)b::text[], %(last_updated)b::timestamptz[], %(raw)b::text[], %(version)b::text[],
                         %(validation)b::text[])
        as p (country_code, party_id, uid, uid_key, type, contract_id, issuer, group_id, valid, whitelist, last_updated, raw,
              ocpi_version, validation)),
stored as (
    insert into foreign_token as t (source_id, country_code, party_id, uid, uid_key, type, contract_id, issuer, group_id,
                                    valid, whitelist, last_updated, raw, ocpi_version, validation)
    select %(source)s, country_code, party_id, uid, uid_key, type, contract_id, issuer, group_id, valid, whitelist,
           last_updated, raw, ocpi_version, validation from page
    on conflict (source_id, country_code, party_id, uid_key, type) """

# A row that the conflict leaves alone is not returned; then what stands there tells whether it is newer.
PUT = f"""{_PAGE} do update
       set uid = excluded.uid, contract_id = excluded.contract_id, issuer = excluded.issuer, group_id = excluded.group_id,
           valid = excluded.valid, whitelist = excluded.whitelist, last_updated = excluded.last_updated, raw = excluded.raw,
           ocpi_version = excluded.ocpi_version, validation = excluded.validation, received_at = now()
     where t.last_updated <= excluded.last_updated and t.raw <> excluded.raw
    returning country_code, party_id, uid_key, type, xmax = 0 as inserted)
select page.country_code, page.party_id, page.uid_key, page.type,
       case when stored.inserted then 'new' when not stored.inserted then 'changed'
            when held.last_updated > page.last_updated then 'stale' else 'same' end as kept
  from page left join stored using (country_code, party_id, uid_key, type)
  left join foreign_token held
    on (held.source_id, held.country_code, held.party_id, held.uid_key, held.type)
     = (%(source)s, page.country_code, page.party_id, page.uid_key, page.type)"""

REMEMBER = f"{_PAGE} do nothing returning uid_key) select uid_key from stored"

_COLUMNS = "t.source_id, t.country_code, t.party_id, t.uid, t.type, t.valid, t.whitelist, t.raw, t.ocpi_version"

FIND = f"""
select {_COLUMNS} from foreign_token t
 where source_id = %(source)s and country_code = %(country)s and party_id = %(party)s and uid_key = %(key)s
   and (%(type)s::text is null or type = %(type)s)"""

SHOWN = f"""
select {_COLUMNS} from foreign_token t left join source_standing s using (source_id)
 where t.uid_key = %(key)s and t.type = %(type)s
 order by coalesce(s.kind, 'bilateral'), t.country_code, t.party_id, t.last_updated desc, t.source_id"""

# Whose token a charge was made with. 2.1.1 names the contract alone, and nobody's party; some write the card's uid there.
OWNERS = """
select t.source_id, t.country_code, t.party_id, t.uid, t.type, t.contract_id, coalesce(s.kind, 'bilateral') as kind,
       t.contract_id = %(contract)s as by_contract
  from foreign_token t left join source_standing s using (source_id)
 where t.source_id = any(%(partners)s)
   and case when %(country)s::text is null
            then t.contract_id = %(contract)s or t.uid_key = %(key)s
            else t.uid_key = %(key)s and (t.country_code, t.party_id) = (%(country)s, %(party)s) end
 order by kind, t.source_id, t.valid desc, t.last_updated desc"""

LOOK_AGAIN = """
update unaddressed_charge set next_try_at = %(now)s
 where uid_key = any(%(keys)s) or contract_id = any(%(contracts)s)"""
