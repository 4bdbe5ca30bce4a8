-- The start command that fits a CDR which names neither our reference nor a session we know: same token, same charging point,
-- asked for within the quarter of an hour before the charge began (or shortly after, for clocks differ).
select c.authorization_reference as reference
  from command c
 where c.kind = 'START_SESSION' and c.country_code = %(country)s and c.party_id = %(party)s
   and (c.source_id = %(source)s or exists (
        select from source_standing hub where hub.source_id in (c.source_id, %(source)s) and hub.kind = 'hub'))
   and lower(c.token_uid) = any(%(tokens)s) and c.evse_uid = %(evse)s
   and c.requested_at between %(started)s - interval '15 minutes' and %(started)s + interval '2 minutes'
 order by c.requested_at desc limit 1
