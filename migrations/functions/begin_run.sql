-- Takes the lease of a view version and starts a run. `p_dead_token`: a lease whose holder the caller knows to be dead.
-- Returns the run's id, token, generation, table and as-of time.
-- Errors: view_not_applied, run_in_progress, version_retired. The view may have been renamed or removed while the call
-- waited.
-- Called by run-log.ts, begin_backfill.
create or replace function featstore.begin_run(p_view text, p_version integer, p_holder jsonb, p_as_of timestamptz, p_dead_token bigint)
returns jsonb language plpgsql as $$
declare
  lease_name constant text := format('feature_view:%s@%s', p_view, p_version);
  lease featstore.leases;
  new_token bigint;
  new_run_id bigint;
  new_generation integer;
  new_table text;
  run_as_of timestamptz;
  registered featstore.feature_views;
begin
  select * into registered from featstore.feature_views where name = p_view and version = p_version;
  if not found then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', p_view, 'version', p_version));
  end if;
  if featstore.view_state(registered) = 'retired' then
    perform featstore.raise_error('version_retired', jsonb_build_object('name', p_view, 'version', p_version));
  end if;
  if p_as_of > clock_timestamp() then
    perform featstore.raise_error('as_of_in_future', jsonb_build_object('asOf', p_as_of));
  end if;

  new_token := nextval('featstore.lease_tokens');
  loop
    insert into featstore.leases (name, token, holder, expires_at)
      values (lease_name, new_token, p_holder, clock_timestamp() + interval '30 seconds')
      on conflict (name) do nothing;
    exit when found;
    select * into lease from featstore.leases where name = lease_name;
    continue when not found;
    if lease.expires_at > clock_timestamp() and lease.token is distinct from p_dead_token then
      perform featstore.raise_error('run_in_progress', jsonb_build_object('view', p_view, 'version', p_version,
        'runId', lease.run_id::text, 'token', lease.token::text, 'holder', lease.holder));
    end if;
    continue when not featstore.seize_lease(lease.token, lease.run_id);
    perform featstore.end_run(lease.run_id, 'abandoned', 'holder_died', null);
    update featstore.leases set token = new_token, holder = p_holder, expires_at = clock_timestamp() + interval '30 seconds', run_id = null
      where name = lease_name;
    exit;
  end loop;
  perform set_config('lock_timeout', '10s', true);

  run_as_of := coalesce(p_as_of, clock_timestamp());
  update featstore.feature_views set last_generation = last_generation + 1
    where name = p_view and version = p_version returning last_generation into new_generation;
  if not found then
    -- The view was renamed or removed while this call waited for it.
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', p_view, 'version', p_version));
  end if;
  insert into featstore.runs (view, version, generation, state, holder, as_of, started_at)
    values (p_view, p_version, new_generation, 'running', p_holder, run_as_of, clock_timestamp())
    returning run_id into new_run_id;
  new_table := format('%s_v%s_g%s', p_view, p_version, new_generation);
  insert into featstore.generations (view, version, generation, run_id, state, as_of, table_name)
    values (p_view, p_version, new_generation, new_run_id, 'building', run_as_of, new_table);
  update featstore.leases set run_id = new_run_id where token = new_token;
  return jsonb_build_object('runId', new_run_id::text, 'token', new_token::text, 'generation', new_generation,
    'table', new_table, 'asOf', featstore.epoch_microseconds(run_as_of)::text);
end $$;
