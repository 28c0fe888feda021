-- Returns the nearest `p_k` vectors of a generation. `p_texts` has queries with the parameters `p_parameters` as `$1`;
-- `{vectors}` stands for the table with the generation's vectors. "generation" is used if there is no such table. "few"
-- counts the candidates, up to 5,001, and returns the nearest as arrays of keys and distances if there are at most
-- 5,000; it is absent if all vectors are candidates. "indexed" returns such arrays from the index; it is absent if the
-- index has another metric. "exact" returns rows.
-- Called by vector-store.ts.
create or replace function featstore.search_vectors(p_view text, p_version integer, p_feature text, p_generation integer, p_texts jsonb,
  p_parameters text[], p_k integer) returns table (method text, key text, distance double precision) language plpgsql as $$
declare
  held featstore.vector_tables;
  vectors text;
  candidates bigint;
  keys text[];
  distances float8[];
begin
  select * into held from featstore.vector_tables as t
    where t.view = p_view and t.version = p_version and t.feature = p_feature and p_generation = any (t.generations);
  vectors := case when found then format('features.%I', held.table_name) else p_texts ->> 'generation' end;
  perform set_config('jit', 'off', true);
  if p_texts ? 'few' then
    execute replace(p_texts ->> 'few', '{vectors}', vectors) into candidates, keys, distances using p_parameters;
    if candidates <= 5000 then
      return query select 'exact', nearest.* from unnest(keys, distances) as nearest;
      return;
    end if;
  end if;
  if held.index is not null and p_texts ? 'indexed' then
    execute 'select ''[1]''::vector'; -- loads pgvector, without which its settings are unknown
    perform set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.max_scan_tuples', '40000', true),
      set_config('hnsw.scan_mem_multiplier', '4', true),
      set_config('hnsw.ef_search', least(1000, greatest((held.index ->> 'ef_search')::integer, 2 * p_k))::text, true),
      -- PostgreSQL estimates the costs of the index badly, above all with conditions that few vectors meet.
      set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true);
    execute replace(p_texts ->> 'indexed', '{vectors}', vectors) into keys, distances using p_parameters;
    perform set_config('enable_seqscan', 'on', true), set_config('enable_sort', 'on', true);
    if cardinality(keys) >= p_k then
      return query select 'hnsw', nearest.* from unnest(keys, distances) as nearest;
      return;
    end if;
  end if;
  return query execute replace(p_texts ->> 'exact', '{vectors}', vectors) using p_parameters;
end $$;
