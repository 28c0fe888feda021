-- Returns the name of the table of rows that a full run made, `<view>_v<n>_g<generation>_rows`. It also holds the rows
-- of the incremental runs after it, each with the generations that have it: from `_from` on, and before `_to`.
-- Called by planning-store.ts, served-generation.ts, begin_chunks, create_generation_view, drop_generation, end_load
-- and others.
create or replace function featstore.rows_table(p_view text, p_version integer, p_base_generation integer) returns text language sql immutable as
  $$ select format('%s_v%s_g%s_rows', p_view, p_version, p_base_generation) $$;
