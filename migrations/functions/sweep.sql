-- Removes what dead runs and replaced generations left behind, and repairs the views for people. Anyone may call it at
-- any time. `p_dead_tokens`: leases whose holders the caller knows to be dead. Returns {abandonedRuns, droppedTables,
-- repairedViews}.
-- Called by run-log.ts.
create or replace function featstore.sweep(p_dead_tokens bigint[]) returns jsonb language plpgsql as $$
declare
  lease featstore.leases;
  stale featstore.generations;
  registered featstore.feature_views;
  left_token bigint;
  left_table text;
  abandoned jsonb := '[]';
  dropped jsonb := '[]';
  repaired jsonb := '[]';
begin
  for lease in
    select * from featstore.leases where expires_at <= clock_timestamp() or token = any (p_dead_tokens) order by name
  loop
    continue when not featstore.seize_lease(lease.token, lease.run_id);
    if lease.run_id is not null then
      perform featstore.end_run(lease.run_id, 'abandoned', 'holder_died', null);
      abandoned := abandoned || to_jsonb(lease.run_id::text);
    end if;
    delete from featstore.leases where token = lease.token;
  end loop;

  for left_token in
    select token from featstore.change_sets where token not in (select token from featstore.leases)
  loop
    begin
      perform set_config('lock_timeout', '200ms', true);
      perform featstore.drop_changes(left_token);
    exception
      when lock_not_available then null; -- the next sweep
    end;
  end loop;

  for registered in
    select * from featstore.feature_views as v
      where to_regclass(format('features.%I', format('%s_v%s_changed', v.name, v.version))) is not null
        and not exists (select from featstore.leases where name = format('feature_view:%s@%s', v.name, v.version))
  loop
    left_table := format('%s_v%s_changed', registered.name, registered.version);
    begin
      perform set_config('lock_timeout', '200ms', true);
      execute format('drop table if exists features.%I', left_table);
      dropped := dropped || to_jsonb(left_table);
    exception
      when lock_not_available then null; -- a run has begun, and the lease belongs to it now
    end;
  end loop;

  -- A version whose sunset has passed is no longer served; its tables are dropped below.
  if exists (select from featstore.feature_views as v where v.served_generation is not null and featstore.view_state(v) = 'retired') then
    perform featstore.next_revision();
    update featstore.feature_views as v set served_generation = null
      where v.served_generation is not null and featstore.view_state(v) = 'retired';
  end if;

  for registered in
    select * from featstore.feature_views as v
      where v.history_since is not null and featstore.view_state(v) = 'retired'
  loop
    begin
      perform set_config('lock_timeout', '200ms', true);
      execute format('drop table if exists features.%I', format('%s_v%s_history', registered.name, registered.version));
      update featstore.feature_views set history_since = null where name = registered.name and version = registered.version;
    exception
      when lock_not_available then null; -- the next sweep
    end;
  end loop;

  -- First the views: a table cannot go while one still reads it.
  for registered in
    select * from featstore.feature_views
      where people_view_generation is distinct from served_generation order by name, version for update skip locked
  loop
    begin
      perform set_config('lock_timeout', '200ms', true);
      perform featstore.replace_people_view(registered.name, registered.version);
      repaired := repaired || to_jsonb(format('%s_v%s', registered.name, registered.version));
    exception
      when others then null; -- the next sweep
    end;
  end loop;

  for stale in
    select g.* from featstore.generations as g
      join featstore.feature_views as v on v.name = g.view and v.version = g.version
      join featstore.runs as r on r.run_id = g.run_id
      where g.generation is distinct from v.served_generation
        and (g.state in ('building', 'filled') and r.state <> 'running'
          or g.state in ('broken', 'published') and featstore.view_state(v) = 'retired'
          or g.state = 'broken' and exists (
            select from featstore.generations as newer
              where newer.view = g.view and newer.version = g.version and newer.generation > g.generation
                and (newer.state = 'broken' or newer.published_at is not null))
          or g.state = 'published' and 2 <= (
            select count(*) from featstore.generations as newer
              where newer.view = g.view and newer.version = g.version and newer.state = 'published' and newer.generation > g.generation))
      order by g.view, g.version, g.generation
  loop
    if featstore.drop_generation(stale.view, stale.version, stale.generation) then
      dropped := dropped || to_jsonb(stale.table_name);
    end if;
  end loop;
  return jsonb_build_object('abandonedRuns', abandoned, 'droppedTables', dropped, 'repairedViews', repaired);
end $$;
