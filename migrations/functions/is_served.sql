-- Returns whether a version can be read. `p_kind`: feature_view or feature_service.
-- Called by promote, promote_served, rollback, take_over.
create or replace function featstore.is_served(p_kind text, p_name text, p_version integer) returns boolean language plpgsql as $$
begin
  if p_kind = 'feature_view' then
    return exists (select from featstore.feature_views as v
      where v.name = p_name and v.version = p_version and v.served_generation is not null and featstore.view_state(v) <> 'retired');
  end if;
  return exists (select from featstore.feature_services as s
    where s.name = p_name and s.version = p_version and featstore.service_is_served(s.definition));
end $$;
