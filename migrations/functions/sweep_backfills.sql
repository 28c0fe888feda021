-- Abandons interrupted runs that cannot be resumed, and deletes backfills that are over. Takes and returns the report
-- of `sweep`, which lists interrupted runs as abandoned.
-- Called by run-log.ts.
create or replace function featstore.sweep_backfills(p_report jsonb) returns jsonb language plpgsql as $$
declare
  kept featstore.runs;
  over_run bigint;
  why text;
  given_up jsonb := '[]';
begin
  for kept in select * from featstore.runs where state = 'interrupted' order by run_id for update skip locked loop
    why := featstore.staleness(kept);
    continue when why is null;
    perform featstore.drop_interrupted(kept.run_id, why);
    given_up := given_up || jsonb_build_object('runId', kept.run_id::text, 'view', kept.view, 'version', kept.version, 'why', why);
  end loop;
  for over_run in
    select b.run_id from featstore.backfills as b join featstore.runs as r on r.run_id = b.run_id
      where r.state not in ('running', 'interrupted')
  loop
    perform featstore.forget_backfill(over_run);
  end loop;
  if given_up <> '[]' then p_report := p_report || jsonb_build_object('givenUp', given_up); end if;
  return p_report || jsonb_build_object('abandonedRuns', (
    select coalesce(jsonb_agg(id order by position), '[]')
      from jsonb_array_elements_text(p_report -> 'abandonedRuns') with ordinality as listed (id, position)
      join featstore.runs as r on r.run_id = id::bigint
      where r.state <> 'interrupted'));
end $$;
