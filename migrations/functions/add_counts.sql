-- Adds two lists of counts item by item. The shorter list counts as if it had zeros at its end. It is also the step of
-- the aggregate `sum_counts`.
-- Called by add_usage, the aggregate sum_counts.
create or replace function featstore.add_counts(p_left bigint[], p_right bigint[]) returns bigint[] language sql immutable as $$
  select coalesce(array_agg(coalesce(l, 0) + coalesce(r, 0) order by position), '{}')
    from unnest(p_left, p_right) with ordinality as pairs (l, r, position)
$$;
