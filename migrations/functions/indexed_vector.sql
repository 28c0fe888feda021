-- Returns the indexed expression of a table of vectors `r`: with more than 2,000 dimensions, the index has half the
-- precision.
-- Called by index_vectors, measure_recall.
create or replace function featstore.indexed_vector(p_dimensions integer, p_vector text) returns text language sql immutable as
  $$ select case when p_dimensions > 2000 then format('(%s::halfvec(%s))', p_vector, p_dimensions) else p_vector end $$;
