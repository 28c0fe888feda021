-- Becomes leader of the scheduler, or stays leader, or reports the leader: {token, holder, since, isCaller}. `p_token`:
-- the caller's token if it was the leader so far; `p_dead_token`: the token of a leader that the caller knows to be
-- dead. Null: the leader has just stepped down, and the next call becomes leader.
-- Called by schedule-store.ts.
create or replace function featstore.lead_scheduler(p_holder jsonb, p_token bigint, p_dead_token bigint) returns jsonb language plpgsql as $$
declare
  leader featstore.scheduler_leader;
  moment constant timestamptz := clock_timestamp();
  is_caller boolean := true;
begin
  perform set_config('lock_timeout', '5s', true);
  select * into leader from featstore.scheduler_leader;
  -- Writes only if a third of the lease has passed.
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
  -- The leader has just stepped down.
  if leader.token is null then return null; end if;
  return jsonb_build_object('token', leader.token::text, 'holder', leader.holder,
    'since', featstore.epoch_microseconds(leader.led_since)::text, 'isCaller', is_caller);
end $$;
