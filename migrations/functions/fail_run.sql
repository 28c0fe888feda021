-- Ends a run without publishing it, drops its table and frees the lease. `p_broken`: the contracts that the rows break;
-- the table then stays until the next one is published or kept. Returns false if the caller has lost the lease.
-- Called by run-log.ts.
create or replace function featstore.fail_run(p_run_id bigint, p_token bigint, p_code text, p_message text, p_broken jsonb default null)
returns boolean language plpgsql as $$
begin
  perform from featstore.leases where token = p_token and run_id = p_run_id;
  if not found or not featstore.seize_lease(p_token, p_run_id) then return false; end if;
  if p_broken is not null then
    update featstore.generations set state = 'broken' where run_id = p_run_id and state = 'filled';
    update featstore.runs set broken_contracts = p_broken where run_id = p_run_id;
  end if;
  perform featstore.end_run(p_run_id, 'failed', p_code, p_message);
  delete from featstore.leases where token = p_token;
  return true;
end $$;
