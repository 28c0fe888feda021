-- Compares the index with exact search for a sample of the vectors, and finds how many candidates a search has to keep
-- for a recall@10 of 0.98: the least of 100, 200, 400 and 800 that suffices, or else 800. Returns {ef_search, recall}.
-- Called by keep_vectors_of.
create or replace function featstore.measure_recall(held featstore.vector_tables) returns jsonb language plpgsql as $$
declare
  places text[];
  queries text[];
  farthest float8[] := '{}';
  wanted bigint := 0;
  found bigint;
  own bigint;
  own_farthest float8;
  nearest constant text := format('select _vector %s $1::vector as distance from features.%I
      where _to is null and ctid <> $2::tid', featstore.distance_operator(held.metric), held.table_name);
  keeps integer;
begin
  execute format('select array_agg(ctid::text), array_agg(_vector::text) from features.%1$I
      where ctid = any (array(select ctid from features.%1$I where _to is null order by hashtext(ctid::text), ctid limit 50))', held.table_name)
    into places, queries;
  for place in 1 .. coalesce(cardinality(queries), 0) loop
    -- Orders by a sum, so that PostgreSQL cannot use the index.
    execute format('select count(*), max(distance) from (%s order by (_vector %s $1::vector) + 0 limit 10) as nearest',
        nearest, featstore.distance_operator(held.metric))
      into own, own_farthest using queries[place], places[place];
    wanted := wanted + own;
    farthest := farthest || own_farthest;
  end loop;
  perform set_config('hnsw.iterative_scan', 'strict_order', true), set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true);
  foreach keeps in array array[100, 200, 400, 800] loop
    perform set_config('hnsw.ef_search', keeps::text, true);
    found := 0;
    for place in 1 .. coalesce(cardinality(queries), 0) loop
      execute format('select count(*) from (%s order by %s %s %s limit 10) as nearest where distance <= $3', nearest,
          featstore.indexed_vector(held.dimensions, '_vector'), featstore.distance_operator(held.metric),
          featstore.indexed_vector(held.dimensions, '$1::vector'))
        into own using queries[place], places[place], farthest[place];
      found := found + own;
    end loop;
    exit when found >= 0.98 * wanted;
  end loop;
  perform set_config('enable_seqscan', 'on', true), set_config('enable_sort', 'on', true);
  return jsonb_build_object('ef_search', keeps, 'recall', jsonb_build_object('at', 10, 'sample', coalesce(cardinality(queries), 0),
    'recall', round(found::numeric / nullif(wanted, 0), 4)));
end $$;
