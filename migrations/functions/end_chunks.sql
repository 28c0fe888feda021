-- Completes the table of rows after the last chunk, as `fill` does. Returns {rows, ignoredRows}, also if it was done
-- before. The caller holds the lease of the run.
-- Called by view-fills.ts.
create or replace function featstore.end_chunks(p_run_id bigint, p_token bigint, p_longest_key integer) returns jsonb language plpgsql as $$
declare
  backfill featstore.backfills;
  target featstore.generations;
  registered featstore.feature_views;
  rows_table text;
  moved constant text := format('featstore_fill_%s', p_run_id);
  key_bytes text;
  key_list text;
  filled_rows bigint;
  long_rows bigint := 0;
  example text;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict backfill from featstore.backfills where run_id = p_run_id;
  select * into strict target from featstore.generations where run_id = p_run_id;
  if target.state = 'filled' then
    return (select jsonb_build_object('rows', rows, 'ignoredRows', ignored_rows) from featstore.runs where run_id = p_run_id);
  end if;
  if backfill.done < backfill.chunks then
    perform featstore.raise_error('run_not_filled', jsonb_build_object('runId', p_run_id::text));
  end if;
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  rows_table := featstore.rows_table(target.view, target.version, target.base_generation);
  filled_rows := backfill.rows;
  key_bytes := featstore.key_bytes(registered.definition);
  if key_bytes is not null then
    execute format('select count(*) from features.%I where %s > %s', rows_table, key_bytes, p_longest_key) into long_rows;
  end if;
  if long_rows > 0 then
    execute format('create table features.%I as select * from features.%I where %s <= %s', moved, rows_table, key_bytes, p_longest_key);
    execute format('drop table features.%I', rows_table);
    execute format('alter table features.%I rename to %I', moved, rows_table);
    filled_rows := filled_rows - long_rows;
  end if;
  select string_agg(format('%I', key), ', ' order by position) into key_list
    from unnest(featstore.key_columns(registered.definition)) with ordinality as listed (key, position);
  execute format('alter table features.%I add column _from integer not null default 0, add column _to integer', rows_table);
  begin
    execute format('alter table features.%I add primary key (%s, _from)', rows_table, key_list);
  exception
    when unique_violation then
      get stacked diagnostics example = pg_exception_detail;
      perform featstore.raise_error('duplicate_key', jsonb_build_object('example', example));
  end;
  perform set_config('default_statistics_target', '10', true);
  execute format('analyze features.%I (%s, _event_time, _from, _to)', rows_table, key_list);
  perform featstore.create_generation_view(registered, target);
  execute format('drop table if exists features.%I', backfill.keys_table);
  update featstore.generations set state = 'filled', rows = filled_rows where run_id = p_run_id;
  update featstore.runs set rows = filled_rows, ignored_rows = long_rows where run_id = p_run_id;
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return jsonb_build_object('rows', filled_rows, 'ignoredRows', long_rows);
end $$;
