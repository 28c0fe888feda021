-- Ends a job and drops its spine. Returns false if the job had ended already or has another token.
-- Called by training-set-store.ts, finish_training_set, sweep_training_sets.
create or replace function featstore.end_training_set(p_id text, p_token bigint, p_state text, p_manifest json, p_failure jsonb)
returns boolean language plpgsql as $$
begin
  update featstore.training_sets set state = p_state, manifest = p_manifest, failure = p_failure, finished_at = clock_timestamp(),
      rows_done = case when p_state = 'finished' then spine_rows else rows_done end
    where id = p_id and token = p_token and state in ('loading', 'queued', 'running');
  if not found then return false; end if;
  perform featstore.drop_training_spine(p_id);
  return true;
end $$;
