-- Backfills: runs that compute every entity in chunks, one statement for each, so that one that is cut short goes on where
-- it was. Until then the run is `interrupted`, and so is its generation, which no sweep takes for a dead run's.

alter table featstore.runs drop constraint runs_state_check,
  add constraint runs_state_check check (state in ('running', 'published', 'failed', 'abandoned', 'interrupted'));
alter table featstore.generations drop constraint generations_state_check,
  add constraint generations_state_check
    check (state in ('building', 'filled', 'broken', 'published', 'dropped', 'failed', 'interrupted'));

create table featstore.backfills (
  run_id bigint primary key references featstore.runs (run_id),
  -- {"chunkEntities", "keysColumns", "keysText", "sql", "parameters"}
  plan jsonb not null,
  -- Which entities are in which chunk; gone once the last chunk is done.
  keys_table text not null,
  chunks integer not null,
  done integer not null default 0,
  rows bigint not null default 0
);

-- Why an interrupted run cannot be gone on with; null: it can.
create function featstore.staleness(kept featstore.runs) returns text language sql as $$
  select case
    when exists (
      select from featstore.generations as g
        where g.view = kept.view and g.version = kept.version and g.generation > kept.generation and g.published_at is not null)
      then 'superseded'
    when kept.finished_at < clock_timestamp() - interval '7 days' then 'too_old'
    when exists (
      select from featstore.feature_views as v
        where v.name = kept.view and v.version = kept.version and featstore.view_state(v) = 'retired')
      then 'version_retired' end
$$;

-- Forgets a backfill whose run is over, unless somebody reads its table of keys just now: then the next sweep does.
create function featstore.forget_backfill(p_run_id bigint) returns void language plpgsql as $$
declare
  left_table text;
begin
  select keys_table into left_table from featstore.backfills where run_id = p_run_id for update skip locked;
  if not found then return; end if;
  perform set_config('lock_timeout', '200ms', true);
  execute format('drop table if exists features.%I', left_table);
  delete from featstore.backfills where run_id = p_run_id;
exception
  when lock_not_available then null;
end $$;

-- Gives an interrupted run up: `p_code` says why.
create function featstore.drop_interrupted(p_run_id bigint, p_code text) returns void language plpgsql as $$
declare
  dropped featstore.runs;
begin
  update featstore.runs set state = 'abandoned', failure_code = p_code, failure_message = null
    where run_id = p_run_id and state = 'interrupted' returning * into dropped;
  if not found then return; end if;
  -- A sweep drops it as any dead run's, where that cannot be done now.
  update featstore.generations set state = 'building' where run_id = p_run_id and state = 'interrupted';
  perform featstore.drop_generation(dropped.view, dropped.version, dropped.generation);
  perform featstore.forget_backfill(p_run_id);
end $$;

-- Gives up what is interrupted of a view version, whose tables hold its entities' keys.
create function featstore.drop_interrupted_of(p_view text, p_version integer, p_code text) returns void language sql as $$
  select featstore.drop_interrupted(run_id, p_code) from featstore.runs
    where view = p_view and version = p_version and state = 'interrupted'
$$;

-- As in 0001; a backfill that is cut short is interrupted, unless its rows were found to be wrong.
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

-- Begins a backfill of a view version, or goes on with an interrupted one: {view, version, holder, asOf, deadToken,
-- isRestart, plan}, in whose plan and as-of time null means that of the interrupted one. Gives what `begin_run` gives, and
-- {chunks, done} of the one that goes on, null of a new one; {dropped, why}: the interrupted run that it is instead of.
create function featstore.begin_backfill(request jsonb) returns jsonb language plpgsql as $$
declare
  asked_view constant text := request ->> 'view';
  asked_version constant integer := (request ->> 'version')::integer;
  asked_as_of constant timestamptz := (request ->> 'asOf')::timestamptz;
  begun jsonb;
  kept featstore.runs;
  backfill featstore.backfills;
  target featstore.generations;
  why text;
  differs text;
begin
  begun := featstore.begin_run(asked_view, asked_version, request -> 'holder', asked_as_of, (request ->> 'deadToken')::bigint);
  select * into kept from featstore.runs
    where view = asked_view and version = asked_version and state = 'interrupted' order by run_id desc limit 1 for update;
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
    when asked_as_of <> kept.as_of then 'as_of' end;
  if differs is not null then
    perform featstore.raise_error('backfill_differs', jsonb_build_object('view', asked_view, 'version', asked_version,
      'runId', kept.run_id::text, 'differs', differs, 'chunkEntities', backfill.plan -> 'chunkEntities',
      'asOf', featstore.instant_text(kept.as_of), 'done', backfill.done, 'chunks', backfill.chunks));
  end if;

  -- The lease that was taken is the interrupted run's; the one that was begun with it never was.
  update featstore.leases set run_id = kept.run_id where token = (begun ->> 'token')::bigint;
  delete from featstore.generations where run_id = (begun ->> 'runId')::bigint;
  delete from featstore.runs where run_id = (begun ->> 'runId')::bigint;
  update featstore.feature_views set last_generation = last_generation - 1 where name = asked_view and version = asked_version;
  update featstore.runs set state = 'running', holder = request -> 'holder', finished_at = null, failure_code = null, failure_message = null
    where run_id = kept.run_id;
  update featstore.generations set state = case when rows is null then 'building' else 'filled' end
    where run_id = kept.run_id returning * into strict target;
  return begun || jsonb_build_object('runId', kept.run_id::text, 'generation', target.generation, 'table', target.table_name,
    'asOf', featstore.epoch_microseconds(kept.as_of)::text, 'chunks', backfill.chunks, 'done', backfill.done);
end $$;

-- Divides the view's entities into chunks and creates the table of rows, by the plan. Gives how many chunks there are.
create function featstore.begin_chunks(p_run_id bigint, p_token bigint, p_plan jsonb) returns integer language plpgsql as $$
declare
  target featstore.generations;
  registered featstore.feature_views;
  prepared constant text := format('featstore_fill_%s', p_run_id);
  rows_table text;
  keys_table text;
  arguments text;
  selected text;
  keys text[];
  key_order text;
  collated record;
  mismatch jsonb;
  chunk_count integer;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  update featstore.generations set base_generation = generation where run_id = p_run_id returning * into strict target;
  rows_table := featstore.rows_table(target.view, target.version, target.generation);
  keys_table := format('%s_keys', target.table_name);
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  keys := featstore.key_columns(registered.definition);

  select string_agg(format('%L', argument), ', ' order by position) into arguments
    from (
      select featstore.instant_text(target.as_of) as argument, 0 as position
      union all
      select * from jsonb_array_elements_text(registered.sql_parameters) with ordinality
    ) as listed;
  select string_agg(
      case when item ->> 'databaseType' like '%(%'
        then format('cast(compiled.%I as %s) as %1$I', item ->> 'name', item ->> 'databaseType')
        else format('compiled.%I', item ->> 'name') end,
      ', ' order by position)
    into selected
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position);
  -- The table that a run of everything would make, as in `fill`.
  execute format(E'prepare %I as select %s from (\n%s\n) as compiled', prepared, selected, registered.sql);
  begin
    execute format('create table features.%I as execute %I (%s) with no data', rows_table, prepared, arguments);
  exception
    when query_canceled or assert_failure or others then
      execute format('deallocate %I', prepared);
      raise;
  end;
  execute format('deallocate %I', prepared);
  select jsonb_build_object('column', item ->> 'name', 'declared', item ->> 'databaseType', 'filled', format_type(atttypid, atttypmod))
    into mismatch
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position)
    left join pg_catalog.pg_attribute
      on attrelid = format('features.%I', rows_table)::regclass and attnum = position
    where attname is distinct from item ->> 'name' or atttypid is distinct from to_regtype(item ->> 'databaseType')
    limit 1;
  if mismatch is not null then perform featstore.raise_error('columns_differ', mismatch); end if;
  for collated in
    select a.attname, format_type(a.atttypid, a.atttypmod) as type, c.wanted::regcollation as collation
      from pg_catalog.pg_attribute as a
      cross join lateral (select featstore.column_collation(a.attname = any (keys)) as wanted) as c
      where a.attrelid = format('features.%I', rows_table)::regclass and a.attnum > 0
        and a.attcollation <> 0 and a.attcollation <> c.wanted
  loop
    execute format('alter table features.%I alter column %I type %s collate %s',
      rows_table, collated.attname, collated.type, collated.collation);
  end loop;

  execute format('create table features.%I (%s, _chunk integer not null)', keys_table, (
    select string_agg(format('%I %s', item ->> 'name', item ->> 'databaseType')
        || case when item ->> 'databaseType' = 'text' then ' collate pg_catalog."C"' else '' end, ', ' order by position)
      from jsonb_array_elements(p_plan -> 'keysColumns') with ordinality as listed (item, position)));
  select string_agg(format('%I', item ->> 'name')
      || case when item ->> 'databaseType' = 'text' then ' collate pg_catalog."C"' else '' end, ', ' order by position)
    into key_order from jsonb_array_elements(p_plan -> 'keysColumns') with ordinality as listed (item, position);
  execute format(E'insert into features.%I select listed.*, (row_number() over (order by %s) - 1) / %s from (\n%s\n) as listed',
    keys_table, key_order, (p_plan ->> 'chunkEntities')::bigint, p_plan ->> 'keysText');
  execute format('create index on features.%I (_chunk)', keys_table);
  execute format('select coalesce(max(_chunk) + 1, 0) from features.%I', keys_table) into chunk_count;
  insert into featstore.backfills (run_id, plan, keys_table, chunks) values (p_run_id, p_plan, keys_table, chunk_count);
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return chunk_count;
end $$;

-- Computes the next chunk and notes that it is done, at once: {done, chunks, rows}, the rows of all chunks so far.
create function featstore.fill_chunk(p_run_id bigint, p_token bigint) returns jsonb language plpgsql as $$
declare
  backfill featstore.backfills;
  target featstore.generations;
  registered featstore.feature_views;
  prepared constant text := format('featstore_fill_%s', p_run_id);
  wanted_table text;
  key_list text;
  arguments text;
  column_list text;
  selected text;
  filled_rows bigint;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict backfill from featstore.backfills where run_id = p_run_id for update;
  if backfill.done < backfill.chunks then
    select * into strict target from featstore.generations where run_id = p_run_id;
    select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
    -- Short statements by the hundred: compiling them would take longer than they do.
    perform set_config('jit', 'off', true);
    perform set_config('random_page_cost', least(current_setting('random_page_cost')::float8, 1.1)::text, true);
    wanted_table := format('%s_v%s_changed', target.view, target.version);
    select string_agg(format('%I', item ->> 'name'), ', ' order by position) into key_list
      from jsonb_array_elements(backfill.plan -> 'keysColumns') with ordinality as listed (item, position);
    execute format('drop table if exists features.%I', wanted_table);
    execute format('create table features.%I as select %s from features.%I where _chunk = %s',
      wanted_table, key_list, backfill.keys_table, backfill.done);
    execute format('analyze features.%I', wanted_table);

    select string_agg(format('%L', argument), ', ' order by position) into arguments
      from (
        select featstore.instant_text(target.as_of) as argument, 0 as position
        union all
        select * from jsonb_array_elements_text(backfill.plan -> 'parameters') with ordinality
      ) as listed;
    select string_agg(format('%I', item ->> 'name'), ', ' order by position),
        string_agg(format('compiled.%I', item ->> 'name'), ', ' order by position)
      into column_list, selected
      from jsonb_array_elements(registered.columns) with ordinality as listed (item, position);
    execute format(E'prepare %I as with kept as (insert into features.%I (%s) select %s from (\n%s\n) as compiled returning 1) select count(*) from kept',
      prepared, featstore.rows_table(target.view, target.version, target.base_generation), column_list, selected, backfill.plan ->> 'sql');
    begin
      execute format('execute %I (%s)', prepared, arguments) into filled_rows;
    exception
      when query_canceled or assert_failure or others then -- as in `fill`
        execute format('deallocate %I', prepared);
        raise;
    end;
    execute format('deallocate %I', prepared);
    execute format('drop table features.%I', wanted_table);
    update featstore.backfills set done = done + 1, rows = rows + filled_rows where run_id = p_run_id returning * into backfill;
  end if;
  -- One backend serves an embedded database: heartbeats wait behind a chunk, which therefore counts as one.
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return jsonb_build_object('done', backfill.done, 'chunks', backfill.chunks, 'rows', backfill.rows);
end $$;

-- After the last chunk: what `fill` does with the rows that it has. Gives {rows, ignoredRows}, again where it was done before.
create function featstore.end_chunks(p_run_id bigint, p_token bigint, p_longest_key integer) returns jsonb language plpgsql as $$
declare
  backfill featstore.backfills;
  target featstore.generations;
  registered featstore.feature_views;
  rows_table text;
  moved constant text := format('featstore_fill_%s', p_run_id);
  key_bytes text;
  key_list text;
  filled_rows bigint;
  long_rows bigint := 0;
  example text;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict backfill from featstore.backfills where run_id = p_run_id;
  select * into strict target from featstore.generations where run_id = p_run_id;
  if target.state = 'filled' then
    return (select jsonb_build_object('rows', rows, 'ignoredRows', ignored_rows) from featstore.runs where run_id = p_run_id);
  end if;
  if backfill.done < backfill.chunks then
    perform featstore.raise_error('run_not_filled', jsonb_build_object('runId', p_run_id::text));
  end if;
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  rows_table := featstore.rows_table(target.view, target.version, target.base_generation);
  filled_rows := backfill.rows;
  key_bytes := featstore.key_bytes(registered.definition);
  if key_bytes is not null then
    execute format('select count(*) from features.%I where %s > %s', rows_table, key_bytes, p_longest_key) into long_rows;
  end if;
  if long_rows > 0 then
    execute format('create table features.%I as select * from features.%I where %s <= %s', moved, rows_table, key_bytes, p_longest_key);
    execute format('drop table features.%I', rows_table);
    execute format('alter table features.%I rename to %I', moved, rows_table);
    filled_rows := filled_rows - long_rows;
  end if;
  select string_agg(format('%I', key), ', ' order by position) into key_list
    from unnest(featstore.key_columns(registered.definition)) with ordinality as listed (key, position);
  execute format('alter table features.%I add column _from integer not null default 0, add column _to integer', rows_table);
  begin
    execute format('alter table features.%I add primary key (%s, _from)', rows_table, key_list);
  exception
    when unique_violation then
      get stacked diagnostics example = pg_exception_detail;
      perform featstore.raise_error('duplicate_key', jsonb_build_object('example', example));
  end;
  perform set_config('default_statistics_target', '10', true);
  execute format('analyze features.%I (%s, _event_time, _from, _to)', rows_table, key_list);
  perform featstore.create_generation_view(registered, target);
  execute format('drop table if exists features.%I', backfill.keys_table);
  update featstore.generations set state = 'filled', rows = filled_rows where run_id = p_run_id;
  update featstore.runs set rows = filled_rows, ignored_rows = long_rows where run_id = p_run_id;
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return jsonb_build_object('rows', filled_rows, 'ignoredRows', long_rows);
end $$;

-- Gives up interrupted runs that cannot be gone on with, and forgets backfills that are over. Takes and gives the report of
-- `sweep`, which calls those abandoned that are now interrupted.
create function featstore.sweep_backfills(p_report jsonb) returns jsonb language plpgsql as $$
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

-- As in 0005; an interrupted run has not ended, and one that was given up has not failed.
create or replace function featstore.failed_views() returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('view', v.name, 'version', v.version, 'code', last.failure_code)
      order by v.name, v.version), '[]')
    from featstore.feature_views as v
    cross join lateral (
      select state, failure_code from featstore.runs as r
        where r.view = v.name and r.version = v.version
          and (r.state in ('published', 'failed') or r.state = 'abandoned' and r.failure_code = 'holder_died')
        order by run_id desc limit 1
    ) as last
    where last.state in ('failed', 'abandoned') and featstore.view_state(v) <> 'retired'
$$;
