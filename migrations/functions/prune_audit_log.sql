-- Deletes at most `p_rows` rows of the audit log that are older than `p_days`. Returns how many.
-- Called by prune-daily.ts.
create or replace function featstore.prune_audit_log(p_days integer, p_rows integer) returns bigint language plpgsql as $$
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
