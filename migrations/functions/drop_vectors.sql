-- Drops the tables of vectors of a view version, with their rows in `vector_tables`.
-- Called by drop_generation, erase_from_view.
create or replace function featstore.drop_vectors(p_view text, p_version integer) returns void language plpgsql as $$
declare
  dropped text;
begin
  for dropped in
    delete from featstore.vector_tables where view = p_view and version = p_version returning table_name
  loop
    execute format('drop table if exists features.%I', dropped);
  end loop;
end $$;
