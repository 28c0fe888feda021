-- Removes a version of a service that could never be read, because a view that it reads was never published.
-- Called by registry-store.ts.
create or replace function featstore.remove_service(request jsonb) returns jsonb language plpgsql as $$
declare
  v_name constant text := request ->> 'name';
  v_version constant integer := (request ->> 'version')::integer;
  v_definition jsonb;
begin
  perform featstore.lock_registry();
  select definition into v_definition from featstore.feature_services where name = v_name and version = v_version for update;
  if not found then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', v_name, 'version', v_version));
  end if;
  if not exists (
    select from featstore.references_read(v_definition) as reference (item)
      where not exists (select from featstore.generations as g
        where g.view = item ->> 'view' and g.version = (item ->> 'version')::integer and g.published_at is not null)) then
    perform featstore.raise_error('service_stays', jsonb_build_object('name', v_name, 'version', v_version));
  end if;
  perform featstore.forget_promotion('feature_service', v_name, v_version);
  delete from featstore.feature_services where name = v_name and version = v_version;
  return featstore.note_removal('feature_service', request);
end $$;
