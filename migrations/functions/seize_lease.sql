-- Locks a lease for a takeover, after the statement of its run has been stopped. Returns false if the lease has changed
-- already. Error: run_does_not_stop.
-- Called by begin_run, fail_run, sweep.
create or replace function featstore.seize_lease(p_token bigint, p_run_id bigint) returns boolean language plpgsql as $$
begin
  for attempt in 1 .. 20 loop
    perform featstore.stop_run_backend(p_run_id);
    begin
      perform set_config('lock_timeout', '1s', true);
      perform from featstore.leases where token = p_token for update;
      return found;
    exception
      when lock_not_available then null; -- a fill began after the look: look again
    end;
  end loop;
  perform featstore.raise_error('run_does_not_stop', jsonb_build_object('runId', p_run_id));
end $$;
