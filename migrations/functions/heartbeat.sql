-- Renews a lease. Returns false if somebody else has it.
-- Called by run-log.ts.
create or replace function featstore.heartbeat(p_token bigint) returns boolean language plpgsql as $$
begin
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return found;
end $$;
