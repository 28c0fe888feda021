-- Keeps the leadership of the scheduler until the calling transaction ends. Returns false if the caller is no longer
-- the leader.
-- Called by claim_schedule, skip_schedule.
create or replace function featstore.hold_scheduler(p_leader bigint) returns boolean language plpgsql as $$
begin
  perform set_config('lock_timeout', '5s', true);
  perform from featstore.scheduler_leader where token = p_leader for key share;
  return found;
end $$;
