-- Adds counts to their months and days: [{"day", "keyId", "lineId", "organisation", "operation", "requests", "rows",
-- "bytes", "errors", "latency"}]. Writes in the order of the keys, so that two servers never wait for each other.
-- Called by finish_training_set, record_usage.
create or replace function featstore.add_usage(p_counts jsonb) returns void language sql as $$
  insert into featstore.usage_months as m (holder, month, requests, rows, bytes)
    select h.holder, c.day - (extract(day from c.day)::integer - 1), sum(c.requests), sum(c.rows), sum(c.bytes)
      from jsonb_to_recordset(p_counts) as c (day date, "lineId" text, organisation text, requests bigint, rows bigint, bytes bigint)
      cross join lateral (values (c."lineId"), (c.organisation)) as h (holder)
      where h.holder is not null
      group by 1, 2
      having sum(c.requests) > 0 or sum(c.rows) > 0 or sum(c.bytes) > 0
      order by 1, 2
    on conflict (holder, month) do update
      set requests = m.requests + excluded.requests, rows = m.rows + excluded.rows, bytes = m.bytes + excluded.bytes;
  insert into featstore.usage_days as d (day, key_id, operation, organisation_id, requests, rows, bytes, errors, latency)
    select c.day, c."keyId", c.operation, c.organisation, c.requests, c.rows, c.bytes, c.errors,
        array(select jsonb_array_elements_text(c.latency)::bigint)
      from jsonb_to_recordset(p_counts) as c (day date, "keyId" text, operation text, organisation text, requests bigint,
        rows bigint, bytes bigint, errors bigint, latency jsonb)
      order by 1, 2, 3
    on conflict (day, key_id, operation) do update
      set requests = d.requests + excluded.requests, rows = d.rows + excluded.rows, bytes = d.bytes + excluded.bytes,
        errors = d.errors + excluded.errors, latency = featstore.add_counts(d.latency, excluded.latency);
$$;
