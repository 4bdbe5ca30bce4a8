-- What a batch of authorizations adds to the use of their tokens. Rows are taken in one order, so that two processes wait for
-- each other and never in a circle. Times of two processes may cross: the newer place stays.
insert into token_use as u (uid_key, type, window_began_at, tries, last_at, latitude, longitude)
select t.uid_key, t.type, t.first_at, t.tries, case when l.latitude is not null then t.placed_at end, l.latitude, l.longitude
  from json_to_recordset(%(tried)s::json)
       as t (uid_key text, type text, first_at timestamptz, tries int, source uuid, location text, placed_at timestamptz)
  left join lateral (
        select latitude, longitude from location where source_id = t.source and location_id = t.location limit 1) as l on true
 order by t.uid_key, t.type
on conflict (uid_key, type) do update
   set window_began_at = case when u.window_began_at <= excluded.window_began_at - interval '1 minute'
                              then excluded.window_began_at else u.window_began_at end,
       tries = case when u.window_began_at <= excluded.window_began_at - interval '1 minute'
                    then excluded.tries else u.tries + excluded.tries end,
       last_at = greatest(u.last_at, excluded.last_at),
       latitude = case when excluded.last_at >= coalesce(u.last_at, '-infinity') then excluded.latitude else u.latitude end,
       longitude = case when excluded.last_at >= coalesce(u.last_at, '-infinity') then excluded.longitude else u.longitude end
