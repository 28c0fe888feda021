-- Abandons an interrupted run. `p_code` is the reason.
-- Called by begin_backfill, drop_interrupted_of, sweep_backfills.
create or replace function featstore.drop_interrupted(p_run_id bigint, p_code text) returns void language plpgsql as $$
declare
  dropped featstore.runs;
begin
  update featstore.runs set state = 'abandoned', failure_code = p_code, failure_message = null
    where run_id = p_run_id and state = 'interrupted' returning * into dropped;
  if not found then return; end if;
  -- If it cannot be dropped now, a sweep drops it like that of any dead run.
  update featstore.generations set state = 'building' where run_id = p_run_id and state = 'interrupted';
  perform featstore.drop_generation(dropped.view, dropped.version, dropped.generation);
  perform featstore.forget_backfill(p_run_id);
end $$;
