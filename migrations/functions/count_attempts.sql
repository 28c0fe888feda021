-- Adds attempts to a window, which begins with its first attempt, and returns the total. Also removes a few windows
-- that have ended, so that the table stays small.
-- Called by attempt-store.ts.
create or replace function featstore.count_attempts(p_name text, p_added bigint, p_seconds double precision)
returns table (total bigint, ends_in_ms double precision) language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
begin
  delete from featstore.attempts where name in (
    select a.name from featstore.attempts a where a.ends_at < v_now and a.name <> p_name
      order by a.ends_at limit 2 for update skip locked);
  return query
    insert into featstore.attempts as old (name, total, ends_at)
      values (p_name, p_added, v_now + make_interval(secs => p_seconds))
    on conflict (name) do update set
      total = case when old.ends_at <= v_now then excluded.total else old.total + excluded.total end,
      ends_at = case when old.ends_at <= v_now then excluded.ends_at else old.ends_at end
    returning old.total, 1000 * extract(epoch from old.ends_at - v_now)::double precision;
end $$;
