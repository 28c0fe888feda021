-- Ends the jobs of dead processes that cannot be resumed: their spine was not loaded, they were to be cancelled, a
-- second process died while it made them, or no process took them for a day. Also drops the tables that are left.
-- Returns the ids of the jobs that it ended.
-- Called by training-set-store.ts.
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
