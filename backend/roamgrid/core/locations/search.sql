-- name: search
-- Nearest first, one row a station. Positions are Mercator metres; times the cosine of the centre's latitude they are metres on
-- the ground (within one percent inside fifty kilometres). The index walks outwards from the centre and stops at the limit, if the
-- planner lets it: it takes the box for more selective than it is, so the caller switches bitmap scans off (WALK_THE_INDEX).
-- How far the last page came is asked of its last row: the cursor's rounded metres would skip a neighbour within the same metre.
-- Of a merged station its first location is found, whose id is the station's; its best one tells name and address. Membership is
-- looked up row by row: joined, the planner would rather read and sort the whole area than walk.
with found as (
    select l.id, (select m.station from station_member m where m.location = l.id) as station,
           l.position <-> %(centre)s::point as far
      from location l
     where l.removed_at is null and l.publish
       and l.position <@ %(area)s::box
       and round((l.position <-> %(centre)s::point) * %(scale)s) <= %(radius)s
       and (l.position <-> %(centre)s::point, l.id) > (
           coalesce((select a.position <-> %(centre)s::point from location a where a.id = %(after_id)s), %(after_distance)s / %(scale)s),
           %(after_id)s)
       and case coalesce((select m.station from station_member m where m.location = l.id), 0)
           when 0 then l.max_power_w >= %(min_power)s and exists (
               select from evse e join connector c on c.evse = e.id
                where e.location = l.id and e.status <> 'REMOVED'
                  and (not %(available_only)s or e.status = 'AVAILABLE')
                  and c.max_power_w >= %(min_power)s
                  and (cardinality(%(standards)s::text[]) = 0 or c.standard = any(%(standards)s)))
           when l.id then exists (
               select from (
                   select distinct on (coalesce(e.evse_key, 'row ' || e.id)) e.id, e.status
                     from station_member m join location x on x.id = m.location join evse e on e.location = x.id
                     left join source_standing s on s.source_id = x.source_id
                    where m.station = l.id
                    order by coalesce(e.evse_key, 'row ' || e.id), coalesce(s.reachable, true) desc,
                             coalesce(s.kind, 'bilateral'), e.status = 'REMOVED', e.last_updated desc,
                             x.source_id, x.country_code, x.party_id, x.location_id, e.uid) as point
                 join connector c on c.evse = point.id
                where point.status <> 'REMOVED'
                  and (not %(available_only)s or point.status = 'AVAILABLE')
                  and c.max_power_w >= %(min_power)s
                  and (cardinality(%(standards)s::text[]) = 0 or c.standard = any(%(standards)s)))
           else false end
     order by l.position <-> %(centre)s::point, l.id
     limit %(limit)s)
select found.id, b.source_id, b.country_code, b.party_id, b.location_id, coalesce(b.name, b.address) as name, b.address, b.city,
       b.postal_code, b.country, b.latitude, b.longitude, b.time_zone, b.operator_name, b.last_updated,
       round(found.far * %(scale)s)::int as distance_m
  from found cross join lateral (
       select x.* from location x left join source_standing s on s.source_id = x.source_id
        where x.id = any(case when found.station is null then array[found.id]
                         else array(select m.location from station_member m where m.station = found.station) end)
        order by coalesce(s.reachable, true) desc, coalesce(s.kind, 'bilateral'), x.last_updated desc,
                 x.source_id, x.country_code, x.party_id, x.location_id
        limit 1) as b
 order by found.far, found.id
