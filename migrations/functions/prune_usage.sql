-- Deletes days of usage that are older than `p_days`, at most `p_rows` rows of each table. Returns how many.
-- Called by prune-daily.ts.
create or replace function featstore.prune_usage(p_days integer, p_rows integer) returns bigint language plpgsql as $$
declare
  first_kept constant date := (clock_timestamp() at time zone 'UTC')::date - p_days;
  of_days bigint;
  of_views bigint;
begin
  delete from featstore.usage_days where ctid = any (array(
    select ctid from featstore.usage_days where day < first_kept limit p_rows));
  get diagnostics of_days = row_count;
  delete from featstore.usage_views where ctid = any (array(
    select ctid from featstore.usage_views where day < first_kept limit p_rows));
  get diagnostics of_views = row_count;
  -- A process that was silent for this long has no flush to repeat.
  delete from featstore.usage_writers where seen_at < clock_timestamp() - interval '30 days';
  return of_days + of_views;
end $$;
