-- Scheduled runs: who starts them, and how far each view version's schedule is.

-- A server leads until `expires_at`, which it puts off while it lives. Not a row of `featstore.leases`: those are of runs.
create table featstore.scheduler_leader (
  singleton boolean primary key default true check (singleton),
  -- Unique, so that FOR KEY SHARE waits for, and blocks, a change of hands, but not a renewal.
  token bigint not null unique,
  holder jsonb not null,
  led_since timestamptz not null,
  expires_at timestamptz not null
);

create table featstore.schedules (
  view text not null,
  version integer not null,
  -- The schedule that `seen_at` is a time of, `0 3 * * * UTC`; null: none, its freshness drives it.
  schedule text,
  -- The newest time of the schedule that was seen to: a run began of it, or it was skipped.
  seen_at timestamptz,
  -- Set while a run goes on that the scheduler began.
  claim bigint unique,
  claimed_at timestamptz,
  claimed_mode text check (claimed_mode in ('incremental', 'reconcile')),
  -- When every row was last computed anew by a scheduled run.
  reconciled_at timestamptz,
  -- Failed runs since the last that did not fail, what the newest failed of, and when the next is tried.
  failures integer not null default 0,
  failure_code text,
  retry_at timestamptz,
  -- Times that came while a run of the view went on.
  skipped bigint not null default 0,
  skipped_at timestamptz,
  primary key (view, version),
  foreign key (view, version) references featstore.feature_views (name, version),
  check ((claim is null) = (claimed_at is null) and (claim is null) = (claimed_mode is null))
);

-- Leads, goes on leading, or says who does: {token, holder, since, isCaller}. `p_token`: what the caller led by so far;
-- `p_dead_token`: that of a leader whom the caller knows to be dead.
create function featstore.lead_scheduler(p_holder jsonb, p_token bigint, p_dead_token bigint) returns jsonb language plpgsql as $$
declare
  leader featstore.scheduler_leader;
  moment constant timestamptz := clock_timestamp();
  is_caller boolean := true;
begin
  perform set_config('lock_timeout', '5s', true);
  select * into leader from featstore.scheduler_leader;
  -- Not every call writes.
  if not coalesce(leader.token = p_token and leader.expires_at > moment + interval '20 seconds', false) then
    update featstore.scheduler_leader set expires_at = moment + interval '30 seconds' where token = p_token returning * into leader;
    if not found then
      insert into featstore.scheduler_leader as l (token, holder, led_since, expires_at)
        values (nextval('featstore.lease_tokens'), p_holder, moment, moment + interval '30 seconds')
        on conflict (singleton) do update set
          token = excluded.token, holder = excluded.holder, led_since = excluded.led_since, expires_at = excluded.expires_at
          where l.expires_at <= moment or l.token = p_dead_token
        returning * into leader;
      if not found then
        is_caller := false;
        select * into leader from featstore.scheduler_leader;
      end if;
    end if;
  end if;
  -- Null: its leader has resigned just now, and the next call leads.
  if leader.token is null then return null; end if;
  return jsonb_build_object('token', leader.token::text, 'holder', leader.holder,
    'since', featstore.epoch_microseconds(leader.led_since)::text, 'isCaller', is_caller);
end $$;

-- Fencing: nobody else leads before the calling transaction ends. False: the caller leads no longer.
create function featstore.hold_scheduler(p_leader bigint) returns boolean language plpgsql as $$
begin
  perform set_config('lock_timeout', '5s', true);
  perform from featstore.scheduler_leader where token = p_leader for key share;
  return found;
end $$;

-- Notes that the leader begins a run of a view version, and gives the claim by which its end is noted. Null: the caller
-- leads no longer, or a run of it goes on. `p_seen_at`: the newest time of the schedule, null where there is none.
create function featstore.claim_schedule(
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

-- Notes a time of the schedule that comes while a run goes on. False: it was noted before, or the caller leads no longer.
create function featstore.skip_schedule(p_leader bigint, p_view text, p_version integer, p_schedule text, p_seen_at timestamptz)
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
