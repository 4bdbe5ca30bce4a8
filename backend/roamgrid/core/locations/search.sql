-- name: search
-- Nearest first. Positions are Mercator metres; times the cosine of the centre's latitude they are metres on the ground
-- (within one percent inside fifty kilometres). The index walks outwards from the centre and stops at the limit, if the planner
-- lets it: it takes the box for more selective than it is, so the caller switches bitmap scans off (WALK_THE_INDEX).
-- How far the last page came is asked of its last row: the cursor's rounded metres would skip a neighbour within the same metre.
select l.id, l.source_id, l.country_code, l.party_id, l.location_id, coalesce(l.name, l.address) as name, l.address, l.city,
       l.postal_code, l.country, l.latitude, l.longitude, l.time_zone, l.operator_name, l.last_updated,
       round((l.position <-> %(centre)s::point) * %(scale)s)::int as distance_m
  from location l
 where l.removed_at is null and l.publish
   and l.position <@ %(area)s::box
   and l.max_power_w >= %(min_power)s
   and round((l.position <-> %(centre)s::point) * %(scale)s) <= %(radius)s
   and (l.position <-> %(centre)s::point, l.id) > (
       coalesce((select a.position <-> %(centre)s::point from location a where a.id = %(after_id)s), %(after_distance)s / %(scale)s),
       %(after_id)s)
   and exists (
       select from evse e join connector c on c.evse = e.id
        where e.location = l.id and e.status <> 'REMOVED'
          and (not %(available_only)s or e.status = 'AVAILABLE')
          and c.max_power_w >= %(min_power)s
          and (cardinality(%(standards)s::text[]) = 0 or c.standard = any(%(standards)s)))
 order by l.position <-> %(centre)s::point, l.id
 limit %(limit)s
