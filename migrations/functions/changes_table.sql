-- Returns the name of the table with the rows that incremental runs computed, `<generation>_changes`. These rows are in
-- a table of their own because updating the rows that they replace would rewrite pages all over that table.
-- Called by create_generation_view, drop_generation, keep_changes, keep_vectors_of.
create or replace function featstore.changes_table(p_view text, p_version integer, p_base_generation integer) returns text language sql immutable as
  $$ select format('%s_v%s_g%s_changes', p_view, p_version, p_base_generation) $$;
