-- Runs a query over the table of a run under its lease, so that a takeover can end it. Returns the rows. Error:
-- lease_lost.
-- Called by run-log.ts.
create or replace function featstore.inspect(p_run_id bigint, p_token bigint, p_query text) returns setof jsonb language plpgsql as $$
begin
  perform featstore.hold_lease(p_run_id, p_token);
  return query execute format('select to_jsonb(inspected) from (%s) as inspected', p_query);
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
end $$;
