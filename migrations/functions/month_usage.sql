-- Returns the totals of a month, [{"holder", "requests", "rows", "bytes"}], without holders that used nothing.
-- Called by record_usage.
create or replace function featstore.month_usage(p_month date, p_holders jsonb) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('holder', holder, 'requests', requests, 'rows', rows, 'bytes', bytes)), '[]')
    from featstore.usage_months
    where month = p_month and holder in (select jsonb_array_elements_text(p_holders))
$$;
