-- Begins a backfill of a view version, or resumes an interrupted one: {view, version, holder, asOf, deadToken,
-- isRestart, plan}. A null in the plan or the as-of time means the value of the interrupted run.
-- Returns the result of `begin_run`. A resumed run adds {chunks, done}, which are null for a new run. If an interrupted
-- run was dropped, {dropped, why} name it and the reason.
-- Errors: those of `begin_run`, and backfill_differs if the plan is not that of the interrupted run.
-- Called by run-log.ts.
create or replace function featstore.begin_backfill(request jsonb) returns jsonb language plpgsql as $$
declare
  requested_view constant text := request ->> 'view';
  requested_version constant integer := (request ->> 'version')::integer;
  requested_as_of constant timestamptz := (request ->> 'asOf')::timestamptz;
  begun jsonb;
  kept featstore.runs;
  backfill featstore.backfills;
  target featstore.generations;
  why text;
  differs text;
begin
  begun := featstore.begin_run(requested_view, requested_version, request -> 'holder', requested_as_of, (request ->> 'deadToken')::bigint);
  select * into kept from featstore.runs
    where view = requested_view and version = requested_version and state = 'interrupted' order by run_id desc limit 1 for update;
  if not found then return begun; end if;
  why := case when (request ->> 'isRestart')::boolean then 'restarted' else featstore.staleness(kept) end;
  if why is not null then
    perform featstore.drop_interrupted(kept.run_id, why);
    return begun || jsonb_build_object('dropped', kept.run_id::text, 'why', why);
  end if;

  select * into strict backfill from featstore.backfills where run_id = kept.run_id;
  differs := case
    when backfill.plan - 'chunkEntities' <> (request -> 'plan') - 'chunkEntities' then 'sql'
    when (request -> 'plan' ->> 'chunkEntities')::integer <> (backfill.plan ->> 'chunkEntities')::integer then 'chunk_entities'
    when requested_as_of <> kept.as_of then 'as_of' end;
  if differs is not null then
    perform featstore.raise_error('backfill_differs', jsonb_build_object('view', requested_view, 'version', requested_version,
      'runId', kept.run_id::text, 'differs', differs, 'chunkEntities', backfill.plan -> 'chunkEntities',
      'asOf', featstore.instant_text(kept.as_of), 'done', backfill.done, 'chunks', backfill.chunks));
  end if;

  -- The interrupted run gets the lease; the run that `begin_run` started is removed.
  update featstore.leases set run_id = kept.run_id where token = (begun ->> 'token')::bigint;
  delete from featstore.generations where run_id = (begun ->> 'runId')::bigint;
  delete from featstore.runs where run_id = (begun ->> 'runId')::bigint;
  update featstore.feature_views set last_generation = last_generation - 1 where name = requested_view and version = requested_version;
  update featstore.runs set state = 'running', holder = request -> 'holder', finished_at = null, failure_code = null, failure_message = null
    where run_id = kept.run_id;
  update featstore.generations set state = case when rows is null then 'building' else 'filled' end
    where run_id = kept.run_id returning * into strict target;
  return begun || jsonb_build_object('runId', kept.run_id::text, 'generation', target.generation, 'table', target.table_name,
    'asOf', featstore.epoch_microseconds(kept.as_of)::text, 'chunks', backfill.chunks, 'done', backfill.done);
end $$;
