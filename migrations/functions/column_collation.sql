-- Returns the collation of a column in tables of rows: keys are compared by code point.
-- Called by end_load.
create or replace function featstore.column_collation(p_is_key boolean) returns oid language sql immutable as $$
  select case when p_is_key then 'pg_catalog."C"'::regcollation else 'pg_catalog."default"'::regcollation end::oid
$$;
