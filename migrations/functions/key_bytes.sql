-- Returns an expression for the number of bytes of tenant and texts in the key of a row; null if the key has neither.
-- Called by end_load, entity_matching, fill_changed.
create or replace function featstore.key_bytes(p_definition jsonb) returns text language sql immutable as $$
  select string_agg(format('octet_length(%I)', name), ' + ' order by position)
    from (
      select '_tenant' as name, 0 as position
        where coalesce(p_definition -> 'source' ->> 'tenant', p_definition -> 'entity' -> 'population' ->> 'tenant') is not null
      union all
      select key ->> 'name', position
        from jsonb_array_elements(p_definition -> 'entity' -> 'key') with ordinality as listed (key, position)
        where key ->> 'type' = 'string'
    ) as texts
$$;
