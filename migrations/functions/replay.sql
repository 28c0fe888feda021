-- Runs a statement over a spine and returns its rows as JSON texts. `p_rows`: objects with `_row`, `_tenant`, the keys
-- and `_as_of`; `p_keys`: [{"name", "databaseType"}]. The statement reads the table `featstore.<p_table>`, which no
-- other session ever sees.
-- Called by replay.ts.
create or replace function featstore.replay(p_table text, p_keys jsonb, p_rows jsonb, p_query text, p_parameters jsonb)
returns setof text language plpgsql as $$
declare
  columns text;
  arguments text;
begin
  select string_agg(format('%I %s not null', item ->> 'name', item ->> 'databaseType'), ', ' order by position) into columns
    from jsonb_array_elements(p_keys) with ordinality as listed (item, position);
  select string_agg(format('%L', argument), ', ' order by position) into arguments
    from jsonb_array_elements_text(p_parameters) with ordinality as listed (argument, position);
  perform set_config('extra_float_digits', '1', true); -- floats with all their digits
  execute format('create unlogged table featstore.%I (_row bigint primary key, _tenant text not null, %s, _as_of timestamptz not null)',
    p_table, columns);
  execute format('insert into featstore.%I select listed.* from jsonb_populate_recordset(null::featstore.%I, $1) as listed', p_table, p_table)
    using p_rows;
  execute format('analyze featstore.%I', p_table);
  -- Only this way of running a text with any number of parameters keeps its rows.
  execute format(E'prepare %I as %s', p_table, p_query);
  begin
    execute format('create unlogged table featstore.%I as execute %I %s', p_table || '_result', p_table, '(' || arguments || ')');
  exception
    when query_canceled or assert_failure or others then -- a prepared statement outlives a rollback
      execute format('deallocate %I', p_table);
      raise;
  end;
  execute format('deallocate %I', p_table);
  return query execute format('select row_to_json(replayed)::text from featstore.%I as replayed order by replayed.ctid', p_table || '_result');
  execute format('drop table featstore.%I, featstore.%I', p_table, p_table || '_result');
end $$;
