-- Completes the table of rows of a full run that has `p_rows` rows: leaves out those whose tenant and key together have
-- more than `p_longest_key` bytes, adds the primary key, and creates the SQL view of the generation. Returns {rows,
-- ignoredRows}. The caller holds the lease of the run. Errors: lease_lost, duplicate_key.
-- Called by load-rows.ts, fill, end_chunks.
create or replace function featstore.end_load(p_run_id bigint, p_token bigint, p_longest_key integer, p_rows bigint) returns jsonb
language plpgsql as $$
declare
  target featstore.generations;
  registered featstore.feature_views;
  rows_table text;
  moved constant text := format('featstore_fill_%s', p_run_id);
  keys text[];
  key_list text;
  key_bytes text;
  collated record;
  long_rows bigint := 0;
  example text;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict target from featstore.generations where run_id = p_run_id;
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  rows_table := featstore.rows_table(target.view, target.version, target.base_generation);
  keys := featstore.key_columns(registered.definition);

  key_bytes := featstore.key_bytes(registered.definition);
  if key_bytes is not null then
    execute format('select count(*) from features.%I where %s > %s', rows_table, key_bytes, p_longest_key) into long_rows;
  end if;
  if long_rows > 0 then
    -- The transaction that wrote rows would index them even after deleting them, so the rows to keep move to a table of their own.
    execute format('create table features.%I as select * from features.%I where %s <= %s',
      moved, rows_table, key_bytes, p_longest_key);
    execute format('drop table features.%I', rows_table);
    execute format('alter table features.%I rename to %I', moved, rows_table);
  end if;

  -- The columns may have other collations, such as those of a query's expressions; changing them rewrites no rows.
  for collated in
    select a.attname, format_type(a.atttypid, a.atttypmod) as type, c.wanted::regcollation as collation
      from pg_catalog.pg_attribute as a
      cross join lateral (select featstore.column_collation(a.attname = any (keys)) as wanted) as c
      where a.attrelid = format('features.%I', rows_table)::regclass and a.attnum > 0
        and a.attcollation <> 0 and a.attcollation <> c.wanted
  loop
    execute format('alter table features.%I alter column %I type %s collate %s',
      rows_table, collated.attname, collated.type, collated.collation);
  end loop;

  select string_agg(format('%I', key), ', ' order by position) into key_list
    from unnest(keys) with ordinality as listed (key, position);
  -- Adding columns with constant defaults rewrites no rows.
  execute format('alter table features.%I add column _from integer not null default 0, add column _to integer', rows_table);
  begin
    execute format('alter table features.%I add primary key (%s, _from)', rows_table, key_list);
  exception
    when unique_violation then
      get stacked diagnostics example = pg_exception_detail;
      perform featstore.raise_error('duplicate_key', jsonb_build_object('example', example));
  end;
  -- Readers look rows up by key; a full analysis would cost a fifth of the fill. Autovacuum adds the other columns later.
  perform set_config('default_statistics_target', '10', true);
  execute format('analyze features.%I (%s, _event_time, _from, _to)', rows_table, key_list);

  perform featstore.create_generation_view(registered, target);
  update featstore.generations set state = 'filled', rows = p_rows - long_rows where run_id = p_run_id;
  update featstore.runs set rows = p_rows - long_rows, ignored_rows = long_rows where run_id = p_run_id;
  -- The embedded database has one backend: heartbeats wait for this call, which therefore renews the lease itself.
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return jsonb_build_object('rows', p_rows - long_rows, 'ignoredRows', long_rows);
end $$;
