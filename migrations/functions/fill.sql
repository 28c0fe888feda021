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
  mismatch jsonb;
  filled_rows bigint;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  update featstore.generations set base_generation = generation where run_id = p_run_id returning * into strict target;
  rows_table := featstore.rows_table(target.view, target.version, target.generation);
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;

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

  return featstore.end_load(p_run_id, p_token, p_longest_key, filled_rows);
end $$;
