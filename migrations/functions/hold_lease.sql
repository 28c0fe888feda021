-- Keeps the lease of a run until the calling transaction ends: nobody else can take it before. Error: lease_lost.
-- Called by begin_chunks, begin_load, end_chunks, end_load, fill, fill_changed, fill_chunk, inspect and others.
create or replace function featstore.hold_lease(p_run_id bigint, p_token bigint) returns void language plpgsql as $$
begin
  -- The advisory lock comes first: a takeover finds this backend by it before it waits for the row of the lease.
  perform pg_advisory_xact_lock(1179862100, (p_run_id % 2147483647)::integer);
  perform from featstore.leases where token = p_token and run_id = p_run_id for key share;
  if not found then
    perform featstore.raise_error('lease_lost', jsonb_build_object('runId', p_run_id::text));
  end if;
end $$;
