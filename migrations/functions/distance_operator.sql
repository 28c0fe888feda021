-- Returns pgvector's operator of a metric.
-- Called by measure_recall.
create or replace function featstore.distance_operator(p_metric text) returns text language sql immutable as
  $$ select case p_metric when 'l2' then '<->' when 'inner_product' then '<#>' else '<=>' end $$;
