-- Updates the tables of vectors of a view version to a published generation. Builds no index over more than `p_most`
-- vectors; null: no limit. Does nothing if the generation is gone.
-- Called by run-log.ts.
create or replace function featstore.keep_vectors(p_view text, p_version integer, p_generation integer, p_most bigint) returns void language plpgsql as $$
declare
  registered featstore.feature_views;
  target featstore.generations;
  vectors jsonb;
begin
  select * into registered from featstore.feature_views where name = p_view and version = p_version;
  -- An erasure changes this row if it removes rows of the generation, so each waits for the other.
  select * into target from featstore.generations
    where view = p_view and version = p_version and generation = p_generation and state = 'published' for share;
  if not found then return; end if;
  perform set_config('jit', 'off', true);
  execute 'select ''[1]''::vector'; -- loads pgvector, without which its settings are unknown
  for vectors in
    select item from jsonb_array_elements(registered.definition -> 'features') as listed (item) where item ->> 'type' like 'vector(%'
  loop
    perform featstore.keep_vectors_of(registered, target, vectors, p_most);
  end loop;
end $$;
