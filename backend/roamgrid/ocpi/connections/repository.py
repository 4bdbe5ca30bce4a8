"""SQL over `ocpi_connection`.

`previous_token_digest` holds a second token that counts beside the current one: the one just replaced, for a grace time
(`in_grace`), or one that we offered in a PUT that is not answered yet (until 'infinity': we cannot know which of the two the
partner kept). `previous_version` is the same for the version: its addresses are answered beside those of the current one,
after a move to another version or while one is offered.
"""

_COLUMNS = """
id, name, status, direction, version, dialect, our_token_digest, previous_token_digest,
coalesce(previous_token_until < 'infinity', false) as in_grace,
their_token, their_versions_url, endpoints, roles, last_contact_at, as_role, pinned, hub, back_end"""

ADD = f"""
insert into ocpi_connection (id, name, status, direction, version, dialect, our_token_digest, their_token, their_versions_url,
                             as_role, pinned, back_end)
values (%(id)s, %(name)s, 'invited', %(direction)s, %(version)s, %(dialect)s, %(digest)s, %(their_token)s, %(url)s,
        %(as_role)s, %(pinned)s, %(back_end)s)
returning {_COLUMNS}"""

GET = f"select {_COLUMNS} from ocpi_connection where id = %(id)s"
LOCK = f"select {_COLUMNS} from ocpi_connection where id = %(id)s for update"
ALL = f"select {_COLUMNS} from ocpi_connection order by created_at, id"

BY_DIGEST = f"""
select {_COLUMNS}, case when previous_version_until > %(now)s then previous_version end as other_version from ocpi_connection
 where status <> 'unregistered'
   and (our_token_digest = any(%(digests)s) or (previous_token_digest = any(%(digests)s) and previous_token_until > %(now)s))
 order by our_token_digest = any(%(digests)s) desc limit 1"""

REGISTER = f"""
update ocpi_connection
   set status = case status when 'suspended' then status else 'registered' end,
       previous_token_digest = case when registered_at is null then null else our_token_digest end,
       previous_token_until = case when registered_at is null then null else %(grace_until)s end,
       our_token_digest = %(digest)s, their_token = %(their_token)s, their_versions_url = %(url)s, endpoints = %(endpoints)s,
       roles = %(roles)s, hub = %(hub)s, registered_at = coalesce(registered_at, %(now)s),
       previous_version = case when registered_at is null then null when version <> %(version)s then version
                               else nullif(previous_version, %(version)s) end,
       previous_version_until = case when version <> %(version)s then %(grace_until)s
                                     else least(previous_version_until, %(grace_until)s) end,
       version = %(version)s
 where id = %(id)s returning {_COLUMNS}"""

SET_ENDPOINTS = f"update ocpi_connection set endpoints = %(endpoints)s where id = %(id)s returning {_COLUMNS}"

SET_DIALECT = f"update ocpi_connection set dialect = %(dialect)s where id = %(id)s returning {_COLUMNS}"

OFFER = """
update ocpi_connection
   set previous_token_digest = %(digest)s, previous_token_until = 'infinity',
       previous_version = case when version = %(version)s then previous_version else %(version)s end,
       previous_version_until = case when version = %(version)s then previous_version_until else 'infinity' end
 where id = %(id)s"""
WITHDRAW_OFFER = """
update ocpi_connection
   set previous_token_digest = null, previous_token_until = null,
       previous_version = case when previous_version_until = 'infinity' then null else previous_version end,
       previous_version_until = case when previous_version_until = 'infinity' then null else previous_version_until end
 where id = %(id)s and previous_token_digest = %(digest)s"""

SEALED = "select id, their_token from ocpi_connection where their_token is not null for update"
RESEAL = "update ocpi_connection set their_token = %(sealed)s where id = %(id)s"

SET_STATUS = f"update ocpi_connection set status = %(status)s where id = %(id)s and status = %(expected)s returning {_COLUMNS}"

# The column is unique and not null: what stands there from now on is the digest of no token.
END = f"""
update ocpi_connection
   set status = 'unregistered', their_token = null, our_token_digest = 'ended:' || id, previous_token_digest = null,
       previous_token_until = null
 where id = %(id)s returning {_COLUMNS}"""

FORGET = "delete from ocpi_connection where id = %(id)s and status = 'invited'"

# The first use of a new token ends the grace of the one it replaced.
TOUCH = """
update ocpi_connection
   set last_contact_at = %(now)s,
       previous_token_digest = case when %(ends_grace)s then null else previous_token_digest end,
       previous_token_until = case when %(ends_grace)s then null else previous_token_until end
 where id = %(id)s"""
