"""SQL of drivers and sign-in codes. One row an address: asking again replaces the code, nothing piles up."""

# The row lock makes the count exact under concurrent requests; no row comes back when the window is full.
STORE_CODE = """
insert into sign_in_code as c (email_key, code_hash, expires_at, tries, window_began_at, requests)
values (%(key)s, %(hash)s, %(expires_at)s, 0, %(now)s, 1)
on conflict (email_key) do update
   set code_hash = excluded.code_hash, expires_at = excluded.expires_at, tries = 0,
       window_began_at = case when c.window_began_at <= %(window)s then %(now)s else c.window_began_at end,
       requests = case when c.window_began_at <= %(window)s then 1 else c.requests + 1 end
 where c.window_began_at <= %(window)s or c.requests < %(max_requests)s
returning requests"""

# Counts the try before the answer is known, so that parallel guesses share one allowance.
TRY_CODE = """
update sign_in_code set tries = tries + 1
 where email_key = %(key)s and code_hash is not null and expires_at > %(now)s and tries < %(max_tries)s
returning code_hash"""

SPEND_CODE = "update sign_in_code set code_hash = null where email_key = %(key)s"

SIGN_UP = """
insert into driver (id, email, email_key, created_at) values (%(id)s, %(email)s, %(key)s, %(now)s)
on conflict (email_key) do update set email_key = excluded.email_key
returning id, email, plan_code, locale, created_at"""

DRIVER = "select id, email, plan_code, locale, created_at from driver where id = %(id)s"

CHOOSE_PLAN = "update driver set plan_code = %(plan)s where id = %(id)s returning id"
