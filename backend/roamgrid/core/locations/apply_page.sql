-- name: apply_page
-- One statement a page: sites, charging points and connectors are upserted (their ids stay), vanished children are deleted.
-- `regroup`: the locations whose place, EVSE ids or visibility changed, so that they may belong to another station now.
-- The page arrives as one JSON array of canonical locations: the server unfolds it faster than a client binds a million values.
with page as (
    select n, l.party ->> 'country_code' as country_code, l.party ->> 'party_id' as party_id, l.id as location_id,
           l.name, l.address, l.city, l.postal_code, l.country,
           (l.coordinates ->> 'latitude')::numeric as latitude, (l.coordinates ->> 'longitude')::numeric as longitude,
           l.time_zone, l.operator_name, l.publish, l.last_updated, l.evses,
           coalesce((select max((c ->> 'max_power_w')::int)
                       from jsonb_array_elements(l.evses) as e cross join jsonb_array_elements(e -> 'connectors') as c), 0) as max_power_w
      from rows from (jsonb_to_recordset(%(docs)s::jsonb) as (
               party jsonb, id text, name text, address text, city text, postal_code text, country text, coordinates jsonb,
               time_zone text, operator_name text, publish boolean, evses jsonb, last_updated timestamptz))
           with ordinality as l (party, id, name, address, city, postal_code, country, coordinates,
               time_zone, operator_name, publish, evses, last_updated, n)),
bodies as (
    select * from unnest(%(raws)b::text[], %(hashes)b::bytea[], %(validations)b::text[], %(versions)b::text[])
                  with ordinality as b (raw, raw_hash, validation, ocpi_version, n)),
stored as (
    insert into location (source_id, country_code, party_id, location_id, name, address, city, postal_code, country,
                          latitude, longitude, time_zone, operator_name, publish, max_power_w, last_updated, raw, raw_hash,
                          validation, ocpi_version)
    select %(source)s, country_code, party_id, location_id, name, address, city, postal_code, country,
           latitude, longitude, time_zone, operator_name, publish, max_power_w, last_updated, raw, raw_hash,
           validation, ocpi_version
      from page join bodies using (n)
    on conflict (source_id, country_code, party_id, location_id) do update
       set name = excluded.name, address = excluded.address, city = excluded.city, postal_code = excluded.postal_code,
           country = excluded.country, latitude = excluded.latitude, longitude = excluded.longitude,
           time_zone = excluded.time_zone, operator_name = excluded.operator_name, publish = excluded.publish,
           max_power_w = excluded.max_power_w,
           last_updated = excluded.last_updated, raw = excluded.raw, raw_hash = excluded.raw_hash,
           validation = excluded.validation, ocpi_version = excluded.ocpi_version,
           received_at = now(), removed_at = null
    returning id, country_code, party_id, location_id, xmax = 0 as inserted,
              old.id is not null and (old.removed_at is not null or old.publish <> new.publish
                  or old.latitude <> new.latitude or old.longitude <> new.longitude) as moved),
points as (
    select distinct on (stored.id, e.uid) stored.id as location, e.*
      from stored join page using (country_code, party_id, location_id)
     cross join jsonb_to_recordset(page.evses) as e (
               uid text, evse_id text, evse_key text, status text, capabilities text[], physical_reference text,
               floor_level text, connectors jsonb, last_updated timestamptz)),
gone_points as (
    delete from evse using stored
     where evse.location = stored.id and not stored.inserted
       and not exists (select from points where points.location = evse.location and points.uid = evse.uid)
    returning evse.location),
stored_points as (
    insert into evse (location, uid, evse_id, evse_key, status, capabilities, physical_reference, floor_level, last_updated, max_power_w)
    select location, uid, evse_id, evse_key, status, capabilities, physical_reference, floor_level, last_updated,
           coalesce((select max((c ->> 'max_power_w')::int) from jsonb_array_elements(connectors) as c), 0)
      from points
    on conflict (location, uid) do update
       set evse_id = excluded.evse_id, evse_key = excluded.evse_key, status = excluded.status,
           capabilities = excluded.capabilities, physical_reference = excluded.physical_reference,
           floor_level = excluded.floor_level, last_updated = excluded.last_updated, max_power_w = excluded.max_power_w
    returning id, location, uid, xmax = 0 as inserted, old.evse_key is distinct from new.evse_key as rekeyed),
plugs as (
    select distinct on (stored_points.id, c.id) stored_points.id as evse, c.*
      from stored_points join points using (location, uid)
     cross join jsonb_to_recordset(points.connectors) as c (
               id text, standard text, format text, power_type text, max_voltage_v int, max_amperage_a int, max_power_w int,
               power_is_derived boolean, tariff_ids text[], last_updated timestamptz)),
gone_plugs as (
    delete from connector using stored_points
     where connector.evse = stored_points.id and not stored_points.inserted
       and not exists (select from plugs where plugs.evse = connector.evse and plugs.id = connector.connector_id)),
stored_plugs as (
    insert into connector (evse, connector_id, standard, format, power_type, max_voltage_v, max_amperage_a, max_power_w,
                           power_is_derived, tariff_ids, last_updated)
    select evse, id, standard, format, power_type, max_voltage_v, max_amperage_a, max_power_w, power_is_derived, tariff_ids, last_updated
      from plugs
    on conflict (evse, connector_id) do update
       set standard = excluded.standard, format = excluded.format, power_type = excluded.power_type,
           max_voltage_v = excluded.max_voltage_v, max_amperage_a = excluded.max_amperage_a, max_power_w = excluded.max_power_w,
           power_is_derived = excluded.power_is_derived, tariff_ids = excluded.tariff_ids, last_updated = excluded.last_updated)
select count(*) filter (where inserted) as inserted, count(*) filter (where not inserted) as updated,
       array(select id from stored where moved union select location from stored_points where rekeyed
             union select location from gone_points) as regroup
  from stored
