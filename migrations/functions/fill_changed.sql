-- Fills an incremental run with the rows of entities that changed since the served generation. `p_changes`: {"horizon",
-- "since": {"horizon", "asOf"}, "keysTable", "keysColumns", "keysText", "sql", "parameters", "nulls"}.
-- Returns {rows, ignoredRows, recomputed, nulls}; rows and nulls count the whole generation. Returns {full} with a
-- reason if the run has to be a full one; with {"full"} in `p_changes` the caller demands that. The caller holds the
-- lease of the run.
-- Called by change-calls.ts.
create or replace function featstore.fill_changed(p_run_id bigint, p_token bigint, p_longest_key integer, p_changes jsonb) returns jsonb language plpgsql as $$
declare
  target featstore.generations;
  previous featstore.generations;
  registered featstore.feature_views;
  prepared constant text := format('featstore_fill_%s', p_run_id);
  keys_table constant text := p_changes ->> 'keysTable';
  arguments text;
  selected text;
  key_bytes text;
  changed_keys bigint;
  why_not text := p_changes ->> 'full';
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict target from featstore.generations where run_id = p_run_id;
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  select * into previous from featstore.generations
    where view = target.view and version = target.version and generation = registered.served_generation;
  if why_not is null and (previous.horizon is null or previous.base_generation is null or previous.as_of > target.as_of
      or previous.horizon < (p_changes -> 'since' ->> 'horizon')::bigint or previous.as_of < (p_changes -> 'since' ->> 'asOf')::timestamptz) then
    why_not := 'no_baseline';
  end if;
  if why_not is null
    and (previous.nulls is null or not previous.nulls ?& array(select jsonb_array_elements_text(p_changes -> 'nulls'))) then
    why_not := 'nulls_not_counted';
  end if;
  if why_not is not null then
    update featstore.runs set why_full = why_not where run_id = p_run_id;
    return jsonb_build_object('full', why_not);
  end if;
  perform set_config('jit', 'off', true);
  -- Recently changed rows are in memory, so an index on a source's key costs less than PostgreSQL's default assumes.
  perform set_config('random_page_cost', least(current_setting('random_page_cost')::float8, 1.1)::text, true);
  execute format('drop table if exists features.%I', keys_table);
  execute format('create table features.%I (%s)', keys_table, featstore.key_declarations(p_changes -> 'keysColumns'));
  execute format(E'insert into features.%I\n%s', keys_table, p_changes ->> 'keysText')
    using previous.horizon, previous.as_of, target.as_of;
  get diagnostics changed_keys = row_count;
  if changed_keys > 1000 and changed_keys > 0.5 * previous.rows or previous.changes + changed_keys > greatest(1000, 0.5 * previous.rows) then
    execute format('drop table features.%I', keys_table);
    update featstore.runs set why_full = 'many_changes' where run_id = p_run_id;
    return jsonb_build_object('full', 'many_changes');
  end if;
  execute format('analyze features.%I', keys_table);

  select string_agg(format('%L', argument), ', ' order by position) into arguments
    from (
      select featstore.instant_text(target.as_of) as argument, 0 as position
      union all
      select * from jsonb_array_elements_text(p_changes -> 'parameters') with ordinality
    ) as listed;
  select string_agg(format('compiled.%I', item ->> 'name'), ', ' order by position) into selected
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position);
  key_bytes := featstore.key_bytes(registered.definition);
  -- Copies the columns of the served table: the same types, modifiers and collations.
  execute format('create table features.%I (like features.%I)', target.table_name,
    featstore.rows_table(previous.view, previous.version, previous.base_generation));
  execute format('alter table features.%I drop column _from, drop column _to', target.table_name);
  execute format(E'prepare %I as insert into features.%I select %s from (\n%s\n) as compiled where %s', prepared, target.table_name,
    selected, p_changes ->> 'sql', case when key_bytes is null then 'true' else format('%s <= %s', key_bytes, p_longest_key) end);
  begin
    execute format('execute %I (%s)', prepared, arguments);
  exception
    when query_canceled or assert_failure or others then -- as in `fill`
      execute format('deallocate %I', prepared);
      raise;
  end;
  execute format('deallocate %I', prepared);
  return featstore.end_changes(p_run_id, p_token, p_changes, changed_keys);
end $$;
