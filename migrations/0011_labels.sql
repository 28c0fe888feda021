-- Training sets: labels from features, jobs that are taken up again, deletion.

alter table featstore.training_sets drop constraint training_sets_state_check;
alter table featstore.training_sets
  add constraint training_sets_state_check
    check (state in ('loading', 'queued', 'running', 'finished', 'failed', 'cancelled', 'deleted')),
  -- All that a job is made of besides its spine; null while the spine is read, and of jobs before this column.
  add column job jsonb,
  -- How often it was taken up after the process that made it had died.
  add column attempts integer not null default 0;

-- A view of the spine at another time, for labels: the loaded rows, so many seconds later. Gives its name.
create function featstore.shift_training_spine(p_id text, p_seconds bigint) returns text language plpgsql as $$
declare
  spine text;
  shifted constant text := format('training_spine_%s_%s', p_id, p_seconds);
  columns text;
begin
  select spine_table into strict spine from featstore.training_sets where id = p_id;
  select string_agg(case when attname = '_as_of' then format('_as_of + interval %L as _as_of', p_seconds || ' seconds') else format('%I', attname) end, ', ' order by attnum)
    into columns from pg_attribute
    where attrelid = format('featstore.%I', spine)::regclass and attnum > 0 and not attisdropped and attname <> '_passthrough';
  execute format('create or replace view featstore.%I as select %s from featstore.%I', shifted, columns, spine);
  return shifted;
end $$;

-- As before, but with the views upon it.
create or replace function featstore.drop_training_spine(p_id text) returns boolean language plpgsql as $$
declare
  dropped text;
begin
  select spine_table into dropped from featstore.training_sets where id = p_id and spine_table is not null for update;
  if not found then return true; end if;
  begin
    perform set_config('lock_timeout', '2s', true);
    execute format('drop table if exists featstore.%I cascade', dropped);
  exception
    when lock_not_available then return false;
  end;
  update featstore.training_sets set spine_table = null where id = p_id;
  return true;
end $$;

-- Hands a dead process's job, whose spine is loaded, to another. Null: somebody else has it, or it has ended.
create function featstore.take_training_set(p_id text, p_token bigint, p_holder jsonb) returns bigint language plpgsql as $$
declare
  new_token constant bigint := nextval('featstore.lease_tokens');
begin
  update featstore.training_sets
    set token = new_token, holder = p_holder, state = 'queued', attempts = attempts + 1, rows_done = 0, started_at = null,
        expires_at = clock_timestamp() + interval '2 minutes'
    where id = p_id and token = p_token and state in ('queued', 'running') and job is not null and not is_cancel_requested;
  return case when found then new_token end;
end $$;

-- Ends the jobs of dead processes that cannot be taken up again: their spine was not loaded, they were to be cancelled,
-- three processes died of them, or nobody came for a day. Drops the tables that are left. Gives the ids of the jobs that it ended.
create or replace function featstore.sweep_training_sets(p_dead_tokens bigint[]) returns jsonb language plpgsql as $$
declare
  dead record;
  ended jsonb := '[]';
begin
  for dead in
    select id, token, is_cancel_requested from featstore.training_sets
      where state in ('loading', 'queued', 'running') and (expires_at <= clock_timestamp() or token = any (p_dead_tokens))
        and (job is null or is_cancel_requested or attempts >= 3 or expires_at <= clock_timestamp() - interval '1 day')
      order by id
  loop
    if featstore.end_training_set(dead.id, dead.token, case when dead.is_cancel_requested then 'cancelled' else 'failed' end, null,
      case when not dead.is_cancel_requested then
        jsonb_build_object('code', 'training_set_interrupted', 'detail', 'The process that made it has ended: ask for it again.') end)
    then
      ended := ended || to_jsonb(dead.id);
    end if;
  end loop;
  perform featstore.drop_training_spine(id) from featstore.training_sets
    where spine_table is not null and state in ('finished', 'failed', 'cancelled', 'deleted');
  return ended;
end $$;
