-- Returns a condition that joins rows `r` to keys `wanted` of entities, for all tenants. For a view without tenants it
-- includes the shared tenant, so that the primary key is used.
-- Called by create_generation_view, end_changes, keep_history, keep_vectors_of.
create or replace function featstore.entity_matching(p_definition jsonb) returns text language sql stable as $$
  select string_agg(format('r.%1$I = wanted.%1$I', key), ' and ')
      || case when coalesce(featstore.key_bytes(p_definition) like '%\_tenant%', false) then '' else ' and r._tenant = ' || quote_literal('') end
    from unnest((featstore.key_columns(p_definition))[2:]) as listed (key)
$$;
