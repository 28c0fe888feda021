-- Stores a time of a schedule that is skipped because a run is in progress. Returns false if it was stored before, or
-- the caller is no longer the leader.
-- Called by schedule-store.ts.
create or replace function featstore.skip_schedule(p_leader bigint, p_view text, p_version integer, p_schedule text, p_seen_at timestamptz)
returns boolean language plpgsql as $$
begin
  if not featstore.hold_scheduler(p_leader) then return false; end if;
  insert into featstore.schedules as s (view, version, schedule, seen_at, skipped, skipped_at)
    values (p_view, p_version, p_schedule, p_seen_at, 1, p_seen_at)
    on conflict (view, version) do update set
      schedule = excluded.schedule, seen_at = excluded.seen_at, skipped = s.skipped + 1, skipped_at = excluded.skipped_at
      where s.seen_at is null or s.seen_at < excluded.seen_at or s.schedule is distinct from excluded.schedule;
  return found;
end $$;
