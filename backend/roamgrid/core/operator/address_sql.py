"""SQL over whom charges are for."""

ADDRESS = """
with found as (
    delete from unaddressed_charge where kind = %(kind)s and object = %(object)s)
insert into charge_addressee as a (kind, object, connection, receiver, token)
values (%(kind)s, %(object)s, %(connection)s, %(receiver)s, %(token)s)
on conflict (kind, object) do update
   set connection = excluded.connection, receiver = coalesce(excluded.receiver, a.receiver),
       token = coalesce(excluded.token, a.token),
       told_at = case when a.connection = excluded.connection then a.told_at end,
       their_url = case when a.connection = excluded.connection then a.their_url end"""
ADDRESSEE = """
select connection, receiver, told_at, their_url from charge_addressee where kind = %(kind)s and object = %(object)s"""
TOLD = """
update charge_addressee set told_at = coalesce(told_at, %(now)s), their_url = coalesce(%(url)s, their_url)
 where kind = %(kind)s and object = %(object)s and connection = %(connection)s"""

NOBODY = """
insert into unaddressed_charge as u (kind, object, reason, uid_key, contract_id, issuer, since, next_try_at)
values (%(kind)s, %(object)s, %(reason)s, %(key)s, %(contract)s, %(issuer)s, %(now)s, %(again)s)
on conflict (kind, object) do update set reason = excluded.reason, next_try_at = excluded.next_try_at
returning xmax = 0 as inserted"""
SETTLED = "delete from unaddressed_charge where kind = %(kind)s and object = %(object)s"
DUE = """
select kind, object from unaddressed_charge where next_try_at <= %(now)s order by next_try_at, kind, object limit %(most)s"""
UNADDRESSED = """
select kind, object, reason, issuer, since from unaddressed_charge order by since, kind, object limit %(most)s"""

OURS = "select exists (select from token where contract_id = %(contract)s) as ours"
