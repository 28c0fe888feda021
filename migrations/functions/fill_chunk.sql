-- Computes the next chunk of a backfill and stores that it is done, in one transaction. Returns {done, chunks, rows};
-- rows counts all chunks so far. The caller holds the lease of the run.
-- Called by view-fills.ts.
create or replace function featstore.fill_chunk(p_run_id bigint, p_token bigint) returns jsonb language plpgsql as $$
declare
  backfill featstore.backfills;
  target featstore.generations;
  registered featstore.feature_views;
  prepared constant text := format('featstore_fill_%s', p_run_id);
  wanted_table text;
  key_list text;
  arguments text;
  column_list text;
  selected text;
  filled_rows bigint;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict backfill from featstore.backfills where run_id = p_run_id for update;
  if backfill.done < backfill.chunks then
    select * into strict target from featstore.generations where run_id = p_run_id;
    select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
    -- Compiling hundreds of short statements (JIT) would take longer than running them.
    perform set_config('jit', 'off', true);
    perform set_config('random_page_cost', least(current_setting('random_page_cost')::float8, 1.1)::text, true);
    wanted_table := format('%s_v%s_changed', target.view, target.version);
    select string_agg(format('%I', item ->> 'name'), ', ' order by position) into key_list
      from jsonb_array_elements(backfill.plan -> 'keysColumns') with ordinality as listed (item, position);
    execute format('drop table if exists features.%I', wanted_table);
    execute format('create table features.%I (%s)', wanted_table, featstore.key_declarations(backfill.plan -> 'keysColumns'));
    execute format('insert into features.%I select %s from features.%I where _chunk = %s',
      wanted_table, key_list, backfill.keys_table, backfill.done);
    execute format('analyze features.%I', wanted_table);

    select string_agg(format('%L', argument), ', ' order by position) into arguments
      from (
        select featstore.instant_text(target.as_of) as argument, 0 as position
        union all
        select * from jsonb_array_elements_text(backfill.plan -> 'parameters') with ordinality
      ) as listed;
    select string_agg(format('%I', item ->> 'name'), ', ' order by position),
        string_agg(format('compiled.%I', item ->> 'name'), ', ' order by position)
      into column_list, selected
      from jsonb_array_elements(registered.columns) with ordinality as listed (item, position);
    execute format(E'prepare %I as with kept as (insert into features.%I (%s) select %s from (\n%s\n) as compiled returning 1) select count(*) from kept',
      prepared, featstore.rows_table(target.view, target.version, target.base_generation), column_list, selected, backfill.plan ->> 'sql');
    begin
      execute format('execute %I (%s)', prepared, arguments) into filled_rows;
    exception
      when query_canceled or assert_failure or others then -- as in `fill`
        execute format('deallocate %I', prepared);
        raise;
    end;
    execute format('deallocate %I', prepared);
    execute format('drop table features.%I', wanted_table);
    update featstore.backfills set done = done + 1, rows = rows + filled_rows where run_id = p_run_id returning * into backfill;
  end if;
  -- The embedded database has one backend: heartbeats wait for a chunk, which therefore renews the lease itself.
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return jsonb_build_object('done', backfill.done, 'chunks', backfill.chunks, 'rows', backfill.rows);
end $$;
