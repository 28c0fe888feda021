-- Stores that the leader begins a run of a view version, and returns the claim with which it stores the end. Null: the
-- caller is no longer the leader, or a run of the version is in progress. `p_seen_at`: the newest time of the schedule;
-- null without a schedule.
-- Called by schedule-store.ts.
create or replace function featstore.claim_schedule(
  p_leader bigint, p_view text, p_version integer, p_schedule text, p_seen_at timestamptz, p_mode text)
returns bigint language plpgsql as $$
declare
  new_claim bigint;
begin
  if not featstore.hold_scheduler(p_leader) then return null; end if;
  insert into featstore.schedules as s (view, version, schedule, seen_at, claim, claimed_at, claimed_mode)
    values (p_view, p_version, p_schedule, p_seen_at, nextval('featstore.lease_tokens'), clock_timestamp(), p_mode)
    on conflict (view, version) do update set
      schedule = excluded.schedule, seen_at = coalesce(excluded.seen_at, s.seen_at), claim = excluded.claim,
      claimed_at = excluded.claimed_at, claimed_mode = excluded.claimed_mode, retry_at = null
      where s.claim is null
    returning claim into new_claim;
  return new_claim;
end $$;
