-- Divides the view's entities into chunks and creates the table of rows, according to the plan. Returns the number of
-- chunks. The caller holds the lease of the run.
-- Called by view-fills.ts.
create or replace function featstore.begin_chunks(p_run_id bigint, p_token bigint, p_plan jsonb) returns integer language plpgsql as $$
declare
  target featstore.generations;
  registered featstore.feature_views;
  prepared constant text := format('featstore_fill_%s', p_run_id);
  rows_table text;
  keys_table text;
  arguments text;
  selected text;
  key_order text;
  mismatch jsonb;
  chunk_count integer;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  update featstore.generations set base_generation = generation where run_id = p_run_id returning * into strict target;
  rows_table := featstore.rows_table(target.view, target.version, target.generation);
  keys_table := format('%s_keys', target.table_name);
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;

  select string_agg(format('%L', argument), ', ' order by position) into arguments
    from (
      select featstore.instant_text(target.as_of) as argument, 0 as position
      union all
      select * from jsonb_array_elements_text(registered.sql_parameters) with ordinality
    ) as listed;
  select string_agg(
      case when item ->> 'databaseType' like '%(%'
        then format('cast(compiled.%I as %s) as %1$I', item ->> 'name', item ->> 'databaseType')
        else format('compiled.%I', item ->> 'name') end,
      ', ' order by position)
    into selected
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position);
  -- The table that a full run would make, as in `fill`.
  execute format(E'prepare %I as select %s from (\n%s\n) as compiled', prepared, selected, registered.sql);
  begin
    execute format('create table features.%I as execute %I (%s) with no data', rows_table, prepared, arguments);
  exception
    when query_canceled or assert_failure or others then
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
  execute format('create table features.%I (%s, _chunk integer not null)', keys_table, (
    select string_agg(format('%I %s', item ->> 'name', item ->> 'databaseType')
        || case when item ->> 'databaseType' = 'text' then ' collate pg_catalog."C"' else '' end, ', ' order by position)
      from jsonb_array_elements(p_plan -> 'keysColumns') with ordinality as listed (item, position)));
  select string_agg(format('%I', item ->> 'name')
      || case when item ->> 'databaseType' = 'text' then ' collate pg_catalog."C"' else '' end, ', ' order by position)
    into key_order from jsonb_array_elements(p_plan -> 'keysColumns') with ordinality as listed (item, position);
  execute format(E'insert into features.%I select listed.*, (row_number() over (order by %s) - 1) / %s from (\n%s\n) as listed',
    keys_table, key_order, (p_plan ->> 'chunkEntities')::bigint, p_plan ->> 'keysText');
  execute format('create index on features.%I (_chunk)', keys_table);
  execute format('select coalesce(max(_chunk) + 1, 0) from features.%I', keys_table) into chunk_count;
  insert into featstore.backfills (run_id, plan, keys_table, chunks) values (p_run_id, p_plan, keys_table, chunk_count);
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return chunk_count;
end $$;
