-- Undoes a retirement before its sunset. Returns the new revision.
-- Called by registry-store.ts.
create or replace function featstore.restore(request jsonb) returns bigint language plpgsql as $$
declare
  v_name constant text := request ->> 'name';
  v_version constant integer := (request ->> 'version')::integer;
  registered featstore.feature_views;
  new_revision bigint;
begin
  perform featstore.lock_registry();
  select * into registered from featstore.feature_views where name = v_name and version = v_version for update;
  if not found then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', v_name, 'version', v_version));
  end if;
  if featstore.view_state(registered) <> 'deprecated' then
    perform featstore.raise_error(
      case featstore.view_state(registered) when 'active' then 'version_not_deprecated' else 'version_retired' end,
      jsonb_build_object('name', v_name, 'version', v_version));
  end if;
  new_revision := featstore.next_revision();
  update featstore.feature_views set deprecated_at = null, sunset_at = null, successor = null
    where name = v_name and version = v_version;
  perform featstore.note(new_revision, 'restore', request ->> 'actor', request ->> 'message', jsonb_build_array(jsonb_build_object(
    'definition', 'feature_view', 'name', v_name, 'version', v_version)));
  return new_revision;
end $$;
