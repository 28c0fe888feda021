-- Returns the columns of a view's key, beginning with the tenant.
-- Called by end_changes, end_load, entity_matching, keep_changes and others.
create or replace function featstore.key_columns(p_definition jsonb) returns text[] language sql immutable as $$
  select '{_tenant}'::text[] || array(
    select key ->> 'name' from jsonb_array_elements(p_definition -> 'entity' -> 'key') with ordinality as listed (key, position)
    order by position)
$$;
