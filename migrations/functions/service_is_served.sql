-- Returns whether all views that a service reads are served and not retired.
-- Called by is_served.
create or replace function featstore.service_is_served(p_definition jsonb) returns boolean language sql as $$
  select not exists (
    select from featstore.references_read(p_definition) as reference (item)
    left join featstore.feature_views as v
      on v.name = item ->> 'view' and v.version = (item ->> 'version')::integer
    where v.served_generation is null or featstore.view_state(v) = 'retired')
$$;
