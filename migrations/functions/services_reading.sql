-- Returns the versions of services that read a view version. `p_promoted`: those that are promoted or wait for
-- promotion, or else the others.
-- Called by remove_view, retire.
create or replace function featstore.services_reading(p_name text, p_version integer, p_promoted boolean) returns jsonb language sql as $$
  select jsonb_agg(format('%s@%s', s.name, s.version) order by s.name, s.version)
    from featstore.feature_services as s
    join featstore.feature_service_promotions as p on p.name = s.name
    where p_promoted = (s.version = p.version or s.version is not distinct from p.next_version)
      and exists (select from featstore.references_read(s.definition) as reference (item)
        where item ->> 'view' = p_name and (item ->> 'version')::integer = p_version)
$$;
