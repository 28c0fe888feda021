-- Completes the table of an incremental run, which has the new rows of the entities in the table of keys: adds the
-- primary key, and counts the rows and nulls of the whole generation. `p_changes`: {"horizon", "keysTable", "nulls"};
-- `p_keys`: how many keys the table has. Returns {rows, ignoredRows, recomputed, nulls}. The caller holds the lease of the
-- run. Errors: lease_lost, duplicate_key.
-- Called by load-rows.ts, fill_changed.
create or replace function featstore.end_changes(p_run_id bigint, p_token bigint, p_changes jsonb, p_keys bigint) returns jsonb
language plpgsql as $$
declare
  target featstore.generations;
  previous featstore.generations;
  registered featstore.feature_views;
  key_list text;
  filled_rows bigint;
  replaced_rows bigint;
  replaced_nulls jsonb;
  filled_nulls jsonb;
  counted_nulls text;
  example text;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict target from featstore.generations where run_id = p_run_id;
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  select * into strict previous from featstore.generations
    where view = target.view and version = target.version and generation = registered.served_generation;
  select string_agg(format('%I', key), ', ' order by position) into key_list
    from unnest(featstore.key_columns(registered.definition)) with ordinality as listed (key, position);
  begin
    execute format('alter table features.%I add primary key (%s)', target.table_name, key_list);
  exception
    when unique_violation then
      get stacked diagnostics example = pg_exception_detail;
      perform featstore.raise_error('duplicate_key', jsonb_build_object('example', example));
  end;

  if target.engine <> 'postgres' then execute format('analyze features.%I', p_changes ->> 'keysTable'); end if;
  select coalesce(string_agg(format('%L, count(*) filter (where r.%I is null)', name, name), ', '), '') into counted_nulls
    from jsonb_array_elements_text(p_changes -> 'nulls') as listed (name);
  execute format('select count(*), jsonb_build_object(%s) from features.%I as wanted join features.%I as r on %s',
    counted_nulls, p_changes ->> 'keysTable', previous.table_name, featstore.entity_matching(registered.definition)) into replaced_rows, replaced_nulls;
  execute format('select count(*), jsonb_build_object(%s) from features.%I as r', counted_nulls, target.table_name) into filled_rows, filled_nulls;

  update featstore.generations set state = 'filled', base_generation = previous.base_generation,
      horizon = (p_changes ->> 'horizon')::bigint, rows = previous.rows - replaced_rows + filled_rows,
      changes = previous.changes + filled_rows,
      nulls = (
        select coalesce(jsonb_object_agg(name, (previous.nulls ->> name)::bigint - (replaced_nulls ->> name)::bigint + (filled_nulls ->> name)::bigint), '{}')
          from jsonb_array_elements_text(p_changes -> 'nulls') as listed (name))
    where run_id = p_run_id returning * into target;
  update featstore.runs set kind = 'incremental', recomputed = p_keys, rows = target.rows, ignored_rows = 0 where run_id = p_run_id;
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return jsonb_build_object('rows', target.rows, 'ignoredRows', 0, 'recomputed', p_keys, 'nulls', target.nulls);
end $$;
