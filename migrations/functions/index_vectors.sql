-- Builds the index of a table of vectors. Returns its description as in `vector_tables`, without "ef_search".
-- Called by keep_vectors_of.
create or replace function featstore.index_vectors(held featstore.vector_tables, p_rows bigint) returns jsonb language plpgsql as $$
declare
  index_text constant text := format('create index %I on features.%I using hnsw (%s %s_%s_ops) with (m = 16, ef_construction = 100)',
    held.table_name || '_index', held.table_name, featstore.indexed_vector(held.dimensions, '_vector'),
    case when held.dimensions > 2000 then 'halfvec' else 'vector' end,
    case held.metric when 'inner_product' then 'ip' else held.metric end);
  -- Building a graph that does not fit into memory is many times slower.
  wanted_bytes constant bigint := least(p_rows * (held.dimensions * 4 + 512) * 5 / 4, 2000000000);
begin
  if wanted_bytes > pg_size_bytes(current_setting('maintenance_work_mem')) then
    perform set_config('maintenance_work_mem', format('%skB', wanted_bytes / 1024), true);
  end if;
  begin
    execute index_text;
  exception
    when insufficient_resources or disk_full then
      -- Workers use shared memory, and a container may have little of it.
      perform set_config('max_parallel_maintenance_workers', '0', true);
      execute index_text;
  end;
  return jsonb_build_object('kind', 'hnsw', 'm', 16, 'ef_construction', 100);
end $$;
