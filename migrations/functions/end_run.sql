-- Ends a run without publishing it. A backfill that stops early becomes `interrupted` and can be resumed, unless its
-- rows are wrong. Any other run loses its tables.
-- Called by begin_run, fail_run, sweep.
create or replace function featstore.end_run(p_run_id bigint, p_state text, p_code text, p_message text) returns void language plpgsql as $$
declare
  ended featstore.runs;
  is_resumable boolean;
begin
  select g.state = 'building' and p_code not in ('duplicate_key', 'columns_differ')
      or g.state = 'filled' and p_code in ('holder_died', 'aborted')
    into is_resumable
    from featstore.generations as g join featstore.backfills as b on b.run_id = g.run_id
    where g.run_id = p_run_id;
  update featstore.runs
    set state = case when is_resumable then 'interrupted' else p_state end, finished_at = clock_timestamp(),
      failure_code = p_code, failure_message = p_message
    where run_id = p_run_id and state = 'running' returning * into ended;
  if not found then return; end if;
  if is_resumable then
    update featstore.generations set state = 'interrupted' where run_id = p_run_id;
    return;
  end if;
  if not exists (select from featstore.generations where run_id = p_run_id and state = 'broken') then
    perform featstore.drop_generation(ended.view, ended.version, ended.generation);
  end if;
  perform featstore.forget_backfill(p_run_id);
end $$;
