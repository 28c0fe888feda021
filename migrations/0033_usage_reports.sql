-- Reading usage, and the retention of usage by day and of the audit log.

create aggregate featstore.sum_counts(bigint[]) (sfunc = featstore.add_counts, stype = bigint[], initcond = '{}');

-- Deletes days before the retention, at most so many rows of each table. Gives how many.
create function featstore.prune_usage(p_days integer, p_rows integer) returns bigint language plpgsql as $$
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
  -- A process that was silent for so long has no flush left to repeat.
  delete from featstore.usage_writers where seen_at < clock_timestamp() - interval '30 days';
  return of_days + of_views;
end $$;

-- Deletes rows of the audit log before the retention, at most so many. Gives how many.
create function featstore.prune_audit_log(p_days integer, p_rows integer) returns bigint language plpgsql as $$
declare
  deleted bigint;
begin
  perform set_config('featstore.audit_maintenance', 'on', true);
  delete from featstore.audit_log where id = any (array(
    select id from featstore.audit_log where at < clock_timestamp() - make_interval(days => p_days) order by at limit p_rows));
  get diagnostics deleted = row_count;
  perform set_config('featstore.audit_maintenance', 'off', true);
  return deleted;
end $$;
