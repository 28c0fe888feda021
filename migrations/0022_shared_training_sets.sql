-- Training sets: limits for each tenant and over all, and one more try after a process died.

-- `attempts` counts processes that died while they made the set. What only waited was not the cause, and a process
-- that stops in an orderly way does not count: earlier versions took one off for it.
update featstore.training_sets set attempts = 0 where attempts < 0;

-- As `begin_training_set`, unless more than `p_waiting` sets are under way already, or more than `p_waiting_per_tenant`
-- of the tenant; sets without a tenant share one limit. Null: no limit. Gives the token, or 'total' or 'tenant' for the
-- limit that refuses it.
create function featstore.admit_training_set(p_id text, p_tenant text, p_request jsonb, p_holder jsonb, p_keys jsonb,
  p_waiting bigint, p_waiting_per_tenant bigint)
returns text language plpgsql as $$
declare
  total bigint;
  of_tenant bigint;
begin
  -- Two servers that count at the same time would both find the last place free.
  perform pg_advisory_xact_lock(hashtextextended('featstore.training_sets', 0));
  select count(*), count(*) filter (where tenant is not distinct from p_tenant) into total, of_tenant
    from featstore.training_sets where state in ('loading', 'queued', 'running');
  if of_tenant > p_waiting_per_tenant then return 'tenant'; end if;
  if total > p_waiting then return 'total'; end if;
  return featstore.begin_training_set(p_id, p_tenant, p_request, p_holder, p_keys);
end $$;

-- As before, but a set that a second process died of is not handed on.
create or replace function featstore.take_training_set(p_id text, p_token bigint, p_holder jsonb) returns bigint language plpgsql as $$
declare
  new_token constant bigint := nextval('featstore.lease_tokens');
begin
  update featstore.training_sets
    set token = new_token, holder = p_holder, state = 'queued', attempts = attempts + (state = 'running')::integer,
        rows_done = 0, started_at = null, expires_at = clock_timestamp() + interval '2 minutes'
    where id = p_id and token = p_token and job is not null and not is_cancel_requested
      and (state = 'queued' or state = 'running' and attempts < 1);
  return case when found then new_token end;
end $$;

-- Ends the jobs of dead processes that cannot be taken up again: their spine was not loaded, they were to be cancelled,
-- a second process died while it made them, or nobody came for a day. Drops the tables that are left. Gives the ids of
-- the jobs that it ended.
create or replace function featstore.sweep_training_sets(p_dead_tokens bigint[]) returns jsonb language plpgsql as $$
declare
  dead record;
  ended jsonb := '[]';
begin
  for dead in
    select id, token,
        case
          when is_cancel_requested then null
          when state = 'running' and attempts >= 1 then jsonb_build_object('code', 'process_died_twice', 'detail',
            'Two processes died, or did not answer for two minutes, while they made it, so it is not tried again. '
            'Ask for fewer rows or features at a time; the logs of the servers may say why they ended.')
          else jsonb_build_object('code', 'training_set_interrupted', 'detail', 'The process that made it has ended: ask for it again.')
        end as failure
      from featstore.training_sets
      where state in ('loading', 'queued', 'running') and (expires_at <= clock_timestamp() or token = any (p_dead_tokens))
        and (job is null or is_cancel_requested or state = 'running' and attempts >= 1
          or expires_at <= clock_timestamp() - interval '1 day')
      order by id
  loop
    if featstore.end_training_set(dead.id, dead.token, case when dead.failure is null then 'cancelled' else 'failed' end, null,
      dead.failure)
    then
      ended := ended || to_jsonb(dead.id);
    end if;
  end loop;
  perform featstore.drop_training_spine(id) from featstore.training_sets
    where spine_table is not null and state in ('finished', 'failed', 'cancelled', 'deleted');
  return ended;
end $$;
