-- Fills a full run: creates the table of rows with the SQL that `apply` stored, and the SQL view of the generation.
-- Ignores rows whose tenant and key together have more than `p_longest_key` bytes. Returns {rows, ignoredRows}. The
-- caller holds the lease of the run. Errors: lease_lost, and those of the stored SQL.
-- Called by view-fills.ts.
create or replace function featstore.fill(p_run_id bigint, p_token bigint, p_longest_key integer) returns jsonb language plpgsql as $$
declare
  target featstore.generations;
  rows_table text;
  registered featstore.feature_views;
  prepared constant text := format('featstore_fill_%s', p_run_id);
  arguments text;
  selected text;
  keys text[];
  key_list text;
  collated record;
  mismatch jsonb;
  filled_rows bigint;
  key_bytes text;
  long_rows bigint := 0;
  example text;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  update featstore.generations set base_generation = generation where run_id = p_run_id returning * into strict target;
  rows_table := featstore.rows_table(target.view, target.version, target.generation);
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  keys := featstore.key_columns(registered.definition);

  select string_agg(format('%L', argument), ', ' order by position) into arguments
    from (
      select to_char(target.as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as argument, 0 as position
      union all
      select * from jsonb_array_elements_text(registered.sql_parameters) with ordinality
    ) as listed;
  -- Most expressions lose a type's modifier, such as the dimensions of a vector; a cast checks it and passes it to the table.
  select string_agg(
      case when item ->> 'databaseType' like '%(%'
        then format('cast(compiled.%I as %s) as %1$I', item ->> 'name', item ->> 'databaseType')
        else format('compiled.%I', item ->> 'name') end,
      ', ' order by position)
    into selected
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position);

  -- Only a prepared statement can fill a table from a text with parameters and use parallel workers.
  execute format(E'prepare %I as select %s from (\n%s\n) as compiled', prepared, selected, registered.sql);
  begin
    execute format('create table features.%I as execute %I (%s)', rows_table, prepared, arguments);
    get diagnostics filled_rows = row_count;
  exception
    when query_canceled or assert_failure or others then -- `others` excludes those two, and a prepared statement outlives a rollback
      execute format('deallocate %I', prepared);
      raise;
  end;
  execute format('deallocate %I', prepared);

  select jsonb_build_object('column', item ->> 'name', 'declared', item ->> 'databaseType', 'filled', format_type(atttypid, atttypmod))
    into mismatch
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position)
    left join pg_catalog.pg_attribute
      on attrelid = format('features.%I', rows_table)::regclass and attnum = position
    where attname is distinct from item ->> 'name' or atttypid is distinct from to_regtype(item ->> 'databaseType')
    limit 1;
  if mismatch is not null then perform featstore.raise_error('columns_differ', mismatch); end if;

  key_bytes := featstore.key_bytes(registered.definition);
  if key_bytes is not null then
    execute format('select count(*) from features.%I where %s > %s', rows_table, key_bytes, p_longest_key) into long_rows;
  end if;
  if long_rows > 0 then
    -- The transaction that wrote rows would index them even after deleting them, so the rows to keep move to a table of their own.
    execute format('create table features.%I as select * from features.%I where %s <= %s',
      prepared, rows_table, key_bytes, p_longest_key);
    execute format('drop table features.%I', rows_table);
    execute format('alter table features.%I rename to %I', prepared, rows_table);
    filled_rows := filled_rows - long_rows;
  end if;

  -- The query's expressions may have their own collations; changing them rewrites no rows.
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
  update featstore.generations set state = 'filled', rows = filled_rows where run_id = p_run_id;
  update featstore.runs set rows = filled_rows, ignored_rows = long_rows where run_id = p_run_id;
  -- The embedded database has one backend: heartbeats wait for a fill, which therefore renews the lease itself.
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return jsonb_build_object('rows', filled_rows, 'ignoredRows', long_rows);
end $$;
