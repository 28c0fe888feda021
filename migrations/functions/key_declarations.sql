-- Returns column declarations for a table of keys that are looked up in the source. They have the default collation: an
-- explicit one would override that of the source's columns, and none of its indexes could be used.
-- Called by begin_changes, fill_changed, fill_chunk.
create or replace function featstore.key_declarations(p_columns jsonb) returns text language sql immutable as $$
  select string_agg(format('%I %s', item ->> 'name', item ->> 'databaseType'), ', ' order by position)
    from jsonb_array_elements(p_columns) with ordinality as listed (item, position)
$$;
