-- A service may reach views of another entity by a feature that holds its key: it reads that feature's view as well.

-- What a service reads: its references, and those by which it reaches others.
create function featstore.references_read(p_definition jsonb) returns setof jsonb language sql immutable as $$
  select item from jsonb_array_elements(p_definition -> 'features') as reference (item)
  union all
  select item -> 'through' from jsonb_array_elements(p_definition -> 'features') as reference (item) where item ? 'through'
$$;

-- As in 0001.
create or replace function featstore.service_is_served(p_definition jsonb) returns boolean language sql as $$
  select not exists (
    select from featstore.references_read(p_definition) as reference (item)
    left join featstore.feature_views as v
      on v.name = item ->> 'view' and v.version = (item ->> 'version')::integer
    where v.served_generation is null or featstore.view_state(v) = 'retired')
$$;

-- As in 0001.
create or replace function featstore.retiring_views(p_definition jsonb) returns jsonb language sql as $$
  select jsonb_agg(distinct format('%s@%s', v.name, v.version))
    from featstore.references_read(p_definition) as reference (item)
    join featstore.feature_views as v
      on v.name = item ->> 'view' and v.version = (item ->> 'version')::integer
    where v.deprecated_at is not null
$$;

-- As in 0004.
create or replace function featstore.services_reading(p_name text, p_version integer, p_promoted boolean) returns jsonb language sql as $$
  select jsonb_agg(format('%s@%s', s.name, s.version) order by s.name, s.version)
    from featstore.feature_services as s
    join featstore.feature_service_promotions as p on p.name = s.name
    where p_promoted = (s.version = p.version or s.version is not distinct from p.next_version)
      and exists (select from featstore.references_read(s.definition) as reference (item)
        where item ->> 'view' = p_name and (item ->> 'version')::integer = p_version)
$$;
