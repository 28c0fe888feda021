-- Gives a dead process's job, whose spine is loaded, to another process. Returns its new token. Null: somebody else has
-- it, it has ended, or a second process died while it made it.
-- Called by training-set-store.ts.
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
