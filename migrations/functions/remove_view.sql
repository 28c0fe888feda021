-- Removes a version of a view that was never published, with its runs. Its number can be applied again.
-- Called by retire.
create or replace function featstore.remove_view(registered featstore.feature_views, request jsonb) returns jsonb language plpgsql as $$
declare
  readers constant jsonb := coalesce(featstore.services_reading(registered.name, registered.version, true), '[]')
    || coalesce(featstore.services_reading(registered.name, registered.version, false), '[]');
  lease featstore.leases;
  left_generation integer;
begin
  if readers <> '[]' then
    perform featstore.raise_error('version_named',
      jsonb_build_object('name', registered.name, 'version', registered.version, 'services', readers));
  end if;
  select * into lease from featstore.leases where name = format('feature_view:%s@%s', registered.name, registered.version);
  if found then
    perform featstore.raise_error('run_in_progress', jsonb_build_object('view', registered.name, 'version', registered.version,
      'runId', lease.run_id::text, 'token', lease.token::text, 'holder', lease.holder));
  end if;
  perform featstore.drop_interrupted_of(registered.name, registered.version, 'removed');
  for left_generation in
    select generation from featstore.generations
      where view = registered.name and version = registered.version and state in ('building', 'filled', 'broken')
  loop
    if not featstore.drop_generation(registered.name, registered.version, left_generation) then
      perform featstore.raise_error('view_is_read', jsonb_build_object('name', registered.name));
    end if;
  end loop;
  begin
    perform set_config('lock_timeout', '1s', true);
    execute format('drop view if exists features.%I', format('%s_v%s', registered.name, registered.version));
    execute format('drop table if exists features.%I', format('%s_v%s_changed', registered.name, registered.version));
  exception
    when lock_not_available then
      perform featstore.raise_error('view_is_read', jsonb_build_object('name', registered.name));
  end;
  perform set_config('lock_timeout', '10s', true);

  delete from featstore.baselines where view = registered.name and version = registered.version;
  delete from featstore.profiles where view = registered.name and version = registered.version;
  delete from featstore.backfills as b using featstore.runs as r
    where r.run_id = b.run_id and r.view = registered.name and r.version = registered.version;
  delete from featstore.schedules where view = registered.name and version = registered.version;
  delete from featstore.erased_keys where view = registered.name and version = registered.version;
  delete from featstore.generations where view = registered.name and version = registered.version;
  delete from featstore.runs where view = registered.name and version = registered.version;
  perform featstore.forget_promotion('feature_view', registered.name, registered.version);
  delete from featstore.feature_views where name = registered.name and version = registered.version;
  delete from featstore.renamed_views as n
    where n.new_name = registered.name and not exists (select from featstore.feature_views where name = n.new_name);
  delete from featstore.entities as e
    where e.name = registered.definition -> 'entity' ->> 'name'
      and not exists (select from featstore.feature_views where definition -> 'entity' ->> 'name' = e.name);
  return featstore.note_removal('feature_view', request);
end $$;
