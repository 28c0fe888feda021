-- Refuses a version that does not exist or is going to be retired, because a promotion would end with it.
-- Called by promote, rollback.
create or replace function featstore.require_staying(p_kind text, p_name text, p_version integer) returns void language plpgsql as $$
declare
  registered featstore.feature_views;
  state text;
  definition jsonb;
  retiring jsonb;
begin
  if p_kind = 'feature_view' then
    select * into registered from featstore.feature_views where name = p_name and version = p_version;
    if found then
      state := featstore.view_state(registered);
      if state <> 'active' then
        perform featstore.raise_error('version_' || state, jsonb_build_object('name', p_name, 'version', p_version));
      end if;
      return;
    end if;
  else
    select s.definition into definition from featstore.feature_services as s where s.name = p_name and s.version = p_version;
    if found then
      retiring := featstore.retiring_views(definition);
      if retiring is not null then
        perform featstore.raise_error('service_reads_retiring',
          jsonb_build_object('name', p_name, 'version', p_version, 'views', retiring));
      end if;
      return;
    end if;
  end if;
  perform featstore.raise_error('view_not_applied', jsonb_build_object('view', p_name, 'version', p_version));
end $$;
