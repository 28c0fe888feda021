-- Names: views are renamed with all that is kept of them, versions that never could be read are removed, and which key reads
-- which version is kept for a month.

do $$
declare
  reference record;
begin
  for reference in
    select conrelid::regclass as owner, conname, pg_get_constraintdef(oid) as definition from pg_catalog.pg_constraint
      where contype = 'f' and confrelid in ('featstore.feature_views'::regclass, 'featstore.generations'::regclass, 'featstore.profiles'::regclass)
  loop
    execute format('alter table %s drop constraint %I, add constraint %2$I %s on update cascade',
      reference.owner, reference.conname, reference.definition);
  end loop;
end $$;

-- Former names of views: each is answered, with a warning, until its sunset. It stays afterwards: what reads by it must never
-- get another view's values.
create table featstore.renamed_views (
  old_name text primary key,
  new_name text not null,
  renamed_at timestamptz not null,
  -- Null: no time is set yet.
  sunset_at timestamptz
);

create function featstore.name_state(renamed featstore.renamed_views) returns text language sql as
  $$ select case when renamed.sunset_at <= clock_timestamp() then 'retired' else 'deprecated' end $$;

-- As in 0010; by the names that the views have now, as long as their former ones are answered.
create or replace function featstore.references_read(p_definition jsonb) returns setof jsonb language sql volatile as $$
  select item || jsonb_build_object('view', coalesce(n.new_name, item ->> 'view'))
    from (
      select item from jsonb_array_elements(p_definition -> 'features') as reference (item)
      union all
      select item -> 'through' from jsonb_array_elements(p_definition -> 'features') as reference (item) where item ? 'through'
    ) as named
    left join featstore.renamed_views as n on n.old_name = item ->> 'view' and featstore.name_state(n) <> 'retired'
$$;

-- As in 0001; the view of a version whose sunset is past is dropped. One that other views are made of stays, and is empty.
create or replace function featstore.replace_people_view(p_name text, p_version integer) returns void language plpgsql as $$
declare
  registered featstore.feature_views;
  served_table text;
  selected text;
begin
  select * into registered from featstore.feature_views where name = p_name and version = p_version;
  if registered.served_generation is null and featstore.view_state(registered) = 'retired' then
    begin
      execute format('drop view if exists features.%I', format('%s_v%s', p_name, p_version));
      update featstore.feature_views set people_view_generation = null where name = p_name and version = p_version;
      return;
    exception
      when dependent_objects_still_exist then null;
    end;
  end if;
  select table_name into served_table from featstore.generations
    where view = p_name and version = p_version and generation = registered.served_generation;
  select string_agg(
      case
        when served_table is null then format('cast(null as %s)', item ->> 'databaseType')
          || case when type.typcollation <> 0 and is_key then ' collate pg_catalog."C"' else '' end
        -- Without a cast, so that the primary key serves conditions on the view.
        when is_key then format('%I', item ->> 'name')
        else format('cast(%I as %s)', item ->> 'name', item ->> 'databaseType')
      end || format(' as %I', item ->> 'name'),
      ', ' order by position)
    into selected
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position)
    cross join lateral (select item ->> 'name' = any (featstore.key_columns(registered.definition)) as is_key) as k
    left join pg_catalog.pg_type as type on type.oid = to_regtype(item ->> 'databaseType')
    where item ->> 'name' <> '_unparsed';
  execute format('create or replace view features.%I as select %s %s',
    format('%s_v%s', p_name, p_version),
    selected,
    case when served_table is null then 'where false' else format('from features.%I', served_table) end);
  update featstore.feature_views set people_view_generation = registered.served_generation
    where name = p_name and version = p_version;
end $$;

-- Gives a view another name, {"from", "to", "versions": [{"version", "definition", "meaningHash", "documentHash"}]}, and its
-- tables with it. No row is written but those of the registry.
create function featstore.rename_view(renamed jsonb, p_moment timestamptz) returns void language plpgsql as $$
declare
  before constant text := renamed ->> 'from';
  after constant text := renamed ->> 'to';
  known integer;
  moved integer;
  owner text;
  lease featstore.leases;
  kept record;
begin
  perform from featstore.feature_views where name = before order by version for update;
  get diagnostics known = row_count;
  if exists (select from featstore.feature_views where name = after) then
    perform featstore.raise_error('name_taken', jsonb_build_object('name', after));
  end if;
  select new_name into owner from featstore.renamed_views where old_name = after and new_name <> before;
  if found then
    perform featstore.raise_error('name_moved', jsonb_build_object('name', after, 'newName', owner));
  end if;
  select * into lease from featstore.leases where name ~ format('^feature_view:%s@[0-9]+$', before) order by name limit 1;
  if found then
    perform featstore.raise_error('run_in_progress', jsonb_build_object('view', before, 'version', split_part(lease.name, '@', 2),
      'runId', lease.run_id::text, 'token', lease.token::text, 'holder', lease.holder));
  end if;

  -- An interrupted backfill's plan has the name in it.
  perform featstore.drop_interrupted_of(before, (item ->> 'version')::integer, 'renamed')
    from jsonb_array_elements(renamed -> 'versions') as listed (item);
  begin
    -- Readers queue behind a table that we wait for.
    perform set_config('lock_timeout', '1s', true);
    for kept in
      select relname::text as name, relkind from pg_catalog.pg_class
        where relnamespace = 'features'::regnamespace and relkind in ('r', 'p', 'v')
          and relname ~ format('^%s_v[0-9]+(_g[0-9]+(_rows|_keys|_changes)?|_history|_changed)?$', before)
        order by relname
    loop
      execute format('alter %s features.%I rename to %I', case kept.relkind when 'v' then 'view' else 'table' end,
        kept.name, after || substr(kept.name, length(before) + 1));
    end loop;
  exception
    when lock_not_available or deadlock_detected then
      perform featstore.raise_error('view_is_read', jsonb_build_object('name', before));
  end;
  perform set_config('lock_timeout', '10s', true);

  -- In one statement, so that promotions never name a version that is not there.
  update featstore.feature_views as v
    set name = after, definition = item -> 'definition', meaning_hash = item ->> 'meaningHash', document_hash = item ->> 'documentHash'
    from jsonb_array_elements(renamed -> 'versions') as listed (item)
    where v.name = before and v.version = (item ->> 'version')::integer;
  get diagnostics moved = row_count;
  if moved = 0 or moved <> known then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', before, 'version', renamed #> '{versions,0,version}'));
  end if;
  update featstore.feature_views set successor = after || substr(successor, length(before) + 1)
    where split_part(successor, '@', 1) = before;
  update featstore.generations set table_name = after || substr(table_name, length(before) + 1) where view = after;
  update featstore.backfills as b set keys_table = after || substr(b.keys_table, length(before) + 1)
    from featstore.runs as r where r.run_id = b.run_id and r.view = after;
  update featstore.answers set view = after where view = before;
  delete from featstore.renamed_views where old_name = after;
  update featstore.renamed_views set new_name = after where new_name = before;
  insert into featstore.renamed_views (old_name, new_name, renamed_at) values (before, after, p_moment);
end $$;

-- As in 0001; renames first.
create or replace function featstore.apply(plan jsonb) returns bigint language plpgsql as $$
declare
  registry featstore.registry_state;
  moment constant timestamptz := clock_timestamp();
  promotes constant boolean := coalesce((plan ->> 'promote')::boolean, true);
  new_revision bigint;
  changed jsonb;
  existing record;
  retiring jsonb;
begin
  perform set_config('lock_timeout', '10s', true);
  select * into strict registry from featstore.registry_state for update;
  if (plan ->> 'revision')::bigint < registry.applied_revision then
    perform featstore.raise_error('registry_moved', jsonb_build_object(
      'planned', plan -> 'revision', 'current', registry.revision,
      'meanwhile', (
        select jsonb_agg(jsonb_build_object('actor', actor, 'message', message, 'changes', changes,
            'at', to_char(happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) order by event_id)
          from featstore.history where kind = 'apply' and revision > (plan ->> 'revision')::bigint)));
  end if;

  for changed in select * from jsonb_array_elements(coalesce(plan -> 'renames', '[]')) loop
    perform featstore.rename_view(changed, moment);
  end loop;

  insert into featstore.entities as e (name, definition, applied_at)
    select item ->> 'name', item -> 'definition', moment from jsonb_array_elements(plan -> 'entities') as listed (item)
    on conflict (name) do update set definition = excluded.definition, applied_at = excluded.applied_at
    where e.definition <> excluded.definition;

  for changed in select * from jsonb_array_elements(plan -> 'featureViews') loop
    select name, version, meaning_hash into existing from featstore.feature_views
      where name = changed ->> 'name' and version = (changed ->> 'version')::integer for update;
    if not found then
      perform featstore.raise_error('name_moved', jsonb_build_object('name', old_name, 'newName', new_name))
        from featstore.renamed_views where old_name = changed ->> 'name';
      insert into featstore.feature_views
          (name, version, definition, ir_version, meaning_hash, document_hash, compiler_version, sql, sql_parameters, columns, applied_at)
        values (changed ->> 'name', (changed ->> 'version')::integer, changed -> 'definition',
          (changed ->> 'irVersion')::integer, changed ->> 'meaningHash', changed ->> 'documentHash',
          (changed ->> 'compilerVersion')::integer, changed ->> 'sql', changed -> 'parameters', changed -> 'columns',
          moment);
      perform featstore.replace_people_view(changed ->> 'name', (changed ->> 'version')::integer);
      insert into featstore.feature_view_promotions as p (name, version)
        values (changed ->> 'name', (changed ->> 'version')::integer)
        on conflict (name) do update set
          -- What cannot be served yet must not take over from what is served.
          next_version = nullif(greatest(p.next_version, excluded.version, p.version), p.version)
          where promotes;
    elsif existing.meaning_hash <> changed ->> 'meaningHash' then
      perform featstore.raise_error('version_meaning_changed',
        jsonb_build_object('view', existing.name, 'version', existing.version));
    else
      -- A version that was never filled takes the newer compiler's text; any other keeps its own.
      update featstore.feature_views as v set
          definition = changed -> 'definition',
          document_hash = changed ->> 'documentHash',
          applied_at = moment,
          compiler_version = case when last_generation = 0 then (changed ->> 'compilerVersion')::integer else compiler_version end,
          sql = case when last_generation = 0 then changed ->> 'sql' else sql end,
          sql_parameters = case when last_generation = 0 then changed -> 'parameters' else sql_parameters end
        where name = existing.name and version = existing.version;
    end if;
  end loop;

  for changed in select * from jsonb_array_elements(plan -> 'featureServices') loop
    select name, version, meaning_hash into existing from featstore.feature_services
      where name = changed ->> 'name' and version = (changed ->> 'version')::integer for update;
    if not found then
      retiring := featstore.retiring_views(changed -> 'definition');
      if retiring is not null then
        perform featstore.raise_error('service_reads_retiring',
          jsonb_build_object('name', changed -> 'name', 'version', changed -> 'version', 'views', retiring));
      end if;
      insert into featstore.feature_services (name, version, definition, ir_version, meaning_hash, document_hash, applied_at)
        values (changed ->> 'name', (changed ->> 'version')::integer, changed -> 'definition',
          (changed ->> 'irVersion')::integer, changed ->> 'meaningHash', changed ->> 'documentHash', moment);
      insert into featstore.feature_service_promotions as p (name, version)
        values (changed ->> 'name', (changed ->> 'version')::integer)
        on conflict (name) do update set
          next_version = nullif(greatest(p.next_version, excluded.version, p.version), p.version)
          where promotes;
    elsif existing.meaning_hash <> changed ->> 'meaningHash' then
      perform featstore.raise_error('version_meaning_changed',
        jsonb_build_object('service', existing.name, 'version', existing.version));
    else
      update featstore.feature_services set
          definition = changed -> 'definition',
          document_hash = changed ->> 'documentHash',
          applied_at = moment
        where name = existing.name and version = existing.version;
    end if;
  end loop;

  new_revision := featstore.next_revision();
  update featstore.registry_state set applied_revision = new_revision;
  perform featstore.note(new_revision, 'apply', plan ->> 'actor', plan ->> 'message', plan -> 'changes');
  perform featstore.promote_served(new_revision, plan ->> 'actor', plan ->> 'message');
  return new_revision;
end $$;

-- As in 0001; a view may have got another name meanwhile.
create or replace function featstore.begin_run(p_view text, p_version integer, p_holder jsonb, p_as_of timestamptz, p_dead_token bigint)
returns jsonb language plpgsql as $$
declare
  lease_name constant text := format('feature_view:%s@%s', p_view, p_version);
  lease featstore.leases;
  new_token bigint;
  new_run_id bigint;
  new_generation integer;
  new_table text;
  run_as_of timestamptz;
  registered featstore.feature_views;
begin
  select * into registered from featstore.feature_views where name = p_view and version = p_version;
  if not found then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', p_view, 'version', p_version));
  end if;
  if featstore.view_state(registered) = 'retired' then
    perform featstore.raise_error('version_retired', jsonb_build_object('name', p_view, 'version', p_version));
  end if;
  if p_as_of > clock_timestamp() then
    perform featstore.raise_error('as_of_in_future', jsonb_build_object('asOf', p_as_of));
  end if;

  new_token := nextval('featstore.lease_tokens');
  loop
    insert into featstore.leases (name, token, holder, expires_at)
      values (lease_name, new_token, p_holder, clock_timestamp() + interval '30 seconds')
      on conflict (name) do nothing;
    exit when found;
    select * into lease from featstore.leases where name = lease_name;
    continue when not found;
    if lease.expires_at > clock_timestamp() and lease.token is distinct from p_dead_token then
      perform featstore.raise_error('run_in_progress', jsonb_build_object('view', p_view, 'version', p_version,
        'runId', lease.run_id::text, 'token', lease.token::text, 'holder', lease.holder));
    end if;
    continue when not featstore.seize_lease(lease.token, lease.run_id);
    perform featstore.end_run(lease.run_id, 'abandoned', 'holder_died', null);
    update featstore.leases set token = new_token, holder = p_holder, expires_at = clock_timestamp() + interval '30 seconds', run_id = null
      where name = lease_name;
    exit;
  end loop;
  perform set_config('lock_timeout', '10s', true);

  run_as_of := coalesce(p_as_of, clock_timestamp());
  update featstore.feature_views set last_generation = last_generation + 1
    where name = p_view and version = p_version returning last_generation into new_generation;
  if not found then
    -- It was renamed or removed while we waited for it.
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', p_view, 'version', p_version));
  end if;
  insert into featstore.runs (view, version, generation, state, holder, as_of, started_at)
    values (p_view, p_version, new_generation, 'running', p_holder, run_as_of, clock_timestamp())
    returning run_id into new_run_id;
  new_table := format('%s_v%s_g%s', p_view, p_version, new_generation);
  insert into featstore.generations (view, version, generation, run_id, state, as_of, table_name)
    values (p_view, p_version, new_generation, new_run_id, 'building', run_as_of, new_table);
  update featstore.leases set run_id = new_run_id where token = new_token;
  return jsonb_build_object('runId', new_run_id::text, 'token', new_token::text, 'generation', new_generation,
    'table', new_table, 'asOf', featstore.epoch_microseconds(run_as_of)::text);
end $$;

-- As in 0013; a replica may not have heard yet of a view's new name.
create or replace function featstore.keep_answers(p_answers jsonb, p_most bigint, p_days integer) returns bigint language plpgsql as $$
declare
  let_go bigint;
begin
  -- An erasure under way is waited for, and then seen.
  lock table featstore.answers in row exclusive mode;
  insert into featstore.answers (view, version, generation, entity, tenant, entity_key, status, answered, answered_at, key_id)
    select coalesce(n.new_name, item ->> 'view'), (item ->> 'version')::integer, (item ->> 'generation')::integer, item ->> 'entity', item ->> 'tenant',
        item -> 'entity_key', item ->> 'status', (item ->> 'answered')::json,
        'epoch'::timestamptz + (item ->> 'answered_at')::bigint * interval '1 microsecond', item ->> 'key_id'
      from jsonb_array_elements(p_answers) with ordinality as listed (item, position)
      left join featstore.renamed_views as n on n.old_name = item ->> 'view'
      where not exists (select from featstore.erased_keys as e
        where e.view = coalesce(n.new_name, item ->> 'view') and e.version = (item ->> 'version')::integer
          and e.key_digest = featstore.key_digest(item -> 'entity_key')
          and coalesce(e.tenant = item ->> 'tenant', true) and (item ->> 'generation')::integer <= e.generation)
      order by position;
  delete from featstore.answers
    where answer_id <= (select max(answer_id) from featstore.answers) - p_most
      or answered_at < clock_timestamp() - p_days * interval '24 hours';
  get diagnostics let_go = row_count;
  return let_go;
end $$;

-- Takes a version that goes, and never could be read, out of what its name means.
create function featstore.forget_promotion(p_kind text, p_name text, p_version integer) returns void language plpgsql as $$
declare
  newest integer;
begin
  execute format('select max(version) from featstore.%I where name = $1 and version <> $2', p_kind || 's') into newest using p_name, p_version;
  if newest is null then
    execute format('delete from featstore.%I where name = $1', p_kind || '_promotions') using p_name;
  else
    execute format($update$
      update featstore.%I as p set
          version = case when p.version = $2 then coalesce(nullif(p.next_version, $2), $3) else p.version end,
          next_version = case when p.version <> $2 then nullif(p.next_version, $2) end,
          earlier = array_remove(p.earlier, $2)
        where p.name = $1$update$, p_kind || '_promotions') using p_name, p_version, newest;
  end if;
end $$;

-- Notes that a version is removed. Gives {revision, removed}. Plans that know it are refused from now on.
create function featstore.note_removal(p_kind text, request jsonb) returns jsonb language plpgsql as $$
declare
  new_revision constant bigint := featstore.next_revision();
begin
  update featstore.registry_state set applied_revision = new_revision;
  perform featstore.note(new_revision, 'retire', request ->> 'actor', request ->> 'message', jsonb_build_array(jsonb_build_object(
    'definition', p_kind, 'name', request -> 'name', 'version', request -> 'version', 'removed', true)));
  return jsonb_build_object('revision', new_revision, 'removed', true);
end $$;

-- Removes a version of which nothing was ever published, with its runs. Its number may be applied again.
create function featstore.remove_view(registered featstore.feature_views, request jsonb) returns jsonb language plpgsql as $$
declare
  readers constant jsonb := coalesce(featstore.services_reading(registered.name, registered.version, true), '[]')
    || coalesce(featstore.services_reading(registered.name, registered.version, false), '[]');
  lease featstore.leases;
  left_generation integer;
begin
  if readers <> '[]' then
    perform featstore.raise_error('version_named',
      jsonb_build_object('name', registered.name, 'version', registered.version, 'services', readers));
  end if;
  select * into lease from featstore.leases where name = format('feature_view:%s@%s', registered.name, registered.version);
  if found then
    perform featstore.raise_error('run_in_progress', jsonb_build_object('view', registered.name, 'version', registered.version,
      'runId', lease.run_id::text, 'token', lease.token::text, 'holder', lease.holder));
  end if;
  perform featstore.drop_interrupted_of(registered.name, registered.version, 'removed');
  for left_generation in
    select generation from featstore.generations
      where view = registered.name and version = registered.version and state in ('building', 'filled', 'broken')
  loop
    if not featstore.drop_generation(registered.name, registered.version, left_generation) then
      perform featstore.raise_error('view_is_read', jsonb_build_object('name', registered.name));
    end if;
  end loop;
  begin
    perform set_config('lock_timeout', '1s', true);
    execute format('drop view if exists features.%I', format('%s_v%s', registered.name, registered.version));
    execute format('drop table if exists features.%I', format('%s_v%s_changed', registered.name, registered.version));
  exception
    when lock_not_available then
      perform featstore.raise_error('view_is_read', jsonb_build_object('name', registered.name));
  end;
  perform set_config('lock_timeout', '10s', true);

  delete from featstore.baselines where view = registered.name and version = registered.version;
  delete from featstore.profiles where view = registered.name and version = registered.version;
  delete from featstore.backfills as b using featstore.runs as r
    where r.run_id = b.run_id and r.view = registered.name and r.version = registered.version;
  delete from featstore.schedules where view = registered.name and version = registered.version;
  delete from featstore.erased_keys where view = registered.name and version = registered.version;
  delete from featstore.generations where view = registered.name and version = registered.version;
  delete from featstore.runs where view = registered.name and version = registered.version;
  perform featstore.forget_promotion('feature_view', registered.name, registered.version);
  delete from featstore.feature_views where name = registered.name and version = registered.version;
  delete from featstore.renamed_views as n
    where n.new_name = registered.name and not exists (select from featstore.feature_views where name = n.new_name);
  delete from featstore.entities as e
    where e.name = registered.definition -> 'entity' ->> 'name'
      and not exists (select from featstore.feature_views where definition -> 'entity' ->> 'name' = e.name);
  return featstore.note_removal('feature_view', request);
end $$;

-- Removes a version of a service that never could be answered, since a view that it reads was never published.
create function featstore.remove_service(request jsonb) returns jsonb language plpgsql as $$
declare
  v_name constant text := request ->> 'name';
  v_version constant integer := (request ->> 'version')::integer;
  v_definition jsonb;
begin
  perform featstore.lock_registry();
  select definition into v_definition from featstore.feature_services where name = v_name and version = v_version for update;
  if not found then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', v_name, 'version', v_version));
  end if;
  if not exists (
    select from featstore.references_read(v_definition) as reference (item)
      where not exists (select from featstore.generations as g
        where g.view = item ->> 'view' and g.version = (item ->> 'version')::integer and g.published_at is not null)) then
    perform featstore.raise_error('service_stays', jsonb_build_object('name', v_name, 'version', v_version));
  end if;
  perform featstore.forget_promotion('feature_service', v_name, v_version);
  delete from featstore.feature_services where name = v_name and version = v_version;
  return featstore.note_removal('feature_service', request);
end $$;

-- As in 0004; a version that never was published is removed at once, and the last one that is not going may go as well, which
-- ends the view.
create or replace function featstore.retire(request jsonb) returns jsonb language plpgsql as $$
declare
  moment constant timestamptz := clock_timestamp();
  v_name constant text := request ->> 'name';
  v_version constant integer := (request ->> 'version')::integer;
  successor_name constant text := split_part(request ->> 'successor', '@', 1);
  registered featstore.feature_views;
  succeeding featstore.feature_views;
  sunset timestamptz;
  readers jsonb;
  new_revision bigint;
  is_removed boolean := false;
begin
  perform featstore.lock_registry();
  select * into registered from featstore.feature_views where name = v_name and version = v_version for update;
  if not found then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', v_name, 'version', v_version));
  end if;
  if featstore.view_state(registered) = 'retired' then
    perform featstore.raise_error('version_retired', jsonb_build_object('name', v_name, 'version', v_version));
  end if;
  if registered.served_generation is null and not exists (
    select from featstore.generations where view = v_name and version = v_version and published_at is not null) then
    is_removed := true;
  end if;
  -- The last version that is not going ends the name itself.
  if exists (select from featstore.feature_view_promotions where name = v_name
      and (v_version = version or v_version = next_version and not is_removed))
    and exists (select from featstore.feature_views where name = v_name and version <> v_version and deprecated_at is null) then
    perform featstore.raise_error('version_promoted', jsonb_build_object('name', v_name, 'version', v_version));
  end if;
  if is_removed then return featstore.remove_view(registered, request); end if;
  readers := featstore.services_reading(v_name, v_version, true);
  if readers is not null then
    perform featstore.raise_error('version_in_use', jsonb_build_object('name', v_name, 'version', v_version, 'services', readers));
  end if;
  if request ->> 'successor' is not null then
    select * into succeeding from featstore.feature_views
      where name = successor_name and format('%s@%s', name, version) = request ->> 'successor';
    if not found or featstore.view_state(succeeding) <> 'active' or (succeeding.name, succeeding.version) = (v_name, v_version) then
      perform featstore.raise_error('successor_unknown', jsonb_build_object('successor', request -> 'successor'));
    end if;
  end if;
  sunset := case when (request ->> 'now')::boolean then moment else (request ->> 'sunset')::timestamptz end;
  if sunset < moment then
    perform featstore.raise_error('sunset_in_past', jsonb_build_object('sunset', request -> 'sunset'));
  end if;

  new_revision := featstore.next_revision();
  update featstore.feature_views set
      deprecated_at = coalesce(deprecated_at, moment),
      sunset_at = coalesce(sunset, sunset_at),
      successor = coalesce(request ->> 'successor', successor)
    where name = v_name and version = v_version returning * into registered;
  perform featstore.note(new_revision, 'retire', request ->> 'actor', request ->> 'message', jsonb_build_array(jsonb_build_object(
    'definition', 'feature_view', 'name', v_name, 'version', v_version, 'successor', registered.successor,
    'sunset', to_char(registered.sunset_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))));
  return jsonb_build_object('revision', new_revision, 'removed', false, 'successor', registered.successor,
    'deprecatedAt', featstore.epoch_microseconds(registered.deprecated_at)::text,
    'sunsetAt', featstore.epoch_microseconds(registered.sunset_at)::text,
    'services', coalesce(featstore.services_reading(v_name, v_version, false), '[]'));
end $$;

-- Sets until when a view's former name is answered: {name, sunset (or null), now, actor, message}. Gives {revision, newName,
-- renamedAt, sunsetAt, services}: older services that read it by this name.
create function featstore.retire_name(request jsonb) returns jsonb language plpgsql as $$
declare
  moment constant timestamptz := clock_timestamp();
  asked constant text := request ->> 'name';
  sunset constant timestamptz := case when (request ->> 'now')::boolean then moment else (request ->> 'sunset')::timestamptz end;
  renamed featstore.renamed_views;
  readers jsonb;
  older jsonb;
  new_revision bigint;
begin
  perform featstore.lock_registry();
  select * into renamed from featstore.renamed_views where old_name = asked for update;
  if not found or featstore.name_state(renamed) = 'retired' then
    perform featstore.raise_error('name_retired', jsonb_build_object('name', asked));
  end if;
  select jsonb_agg(format('%s@%s', s.name, s.version) order by s.name, s.version) filter (where is_promoted),
      jsonb_agg(format('%s@%s', s.name, s.version) order by s.name, s.version) filter (where not is_promoted)
    into readers, older
    from featstore.feature_services as s
    join featstore.feature_service_promotions as p on p.name = s.name
    cross join lateral (select s.version = p.version or s.version is not distinct from p.next_version as is_promoted) as meant
    where exists (select from jsonb_array_elements(s.definition -> 'features') as reference (item)
      where asked in (item ->> 'view', item -> 'through' ->> 'view'));
  if readers is not null then
    perform featstore.raise_error('name_in_use', jsonb_build_object('name', asked, 'newName', renamed.new_name, 'services', readers));
  end if;
  if sunset < moment then
    perform featstore.raise_error('sunset_in_past', jsonb_build_object('sunset', request -> 'sunset'));
  end if;
  new_revision := featstore.next_revision();
  update featstore.renamed_views set sunset_at = coalesce(sunset, sunset_at) where old_name = asked returning * into renamed;
  perform featstore.note(new_revision, 'retire', request ->> 'actor', request ->> 'message', (
    select jsonb_agg(jsonb_build_object('definition', 'feature_view', 'name', asked, 'version', version, 'successor', format('%s@%s', name, version),
        'sunset', to_char(renamed.sunset_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) order by version)
      from featstore.feature_views where name = renamed.new_name));
  return jsonb_build_object('revision', new_revision, 'newName', renamed.new_name,
    'renamedAt', featstore.epoch_microseconds(renamed.renamed_at)::text, 'sunsetAt', featstore.epoch_microseconds(renamed.sunset_at)::text,
    'services', coalesce(older, '[]'));
end $$;

-- When each key last read each view version: the day, in UTC.
create table featstore.view_reads (
  key_id text not null references featstore.api_keys (id) on delete cascade,
  view text not null,
  version integer not null,
  last_read_on date not null,
  primary key (view, version, key_id),
  foreign key (view, version) references featstore.feature_views (name, version) on update cascade on delete cascade
);

-- Notes reads of today, [{"keyId", "view", "version"}]; those of keys and versions that are gone are left out.
create function featstore.note_reads(p_reads jsonb) returns void language sql as $$
  insert into featstore.view_reads as r (key_id, view, version, last_read_on)
    select distinct k.id, v.name, v.version, (clock_timestamp() at time zone 'UTC')::date
      from jsonb_array_elements(p_reads) as listed (item)
      join featstore.api_keys as k on k.id = item ->> 'keyId'
      left join featstore.renamed_views as n on n.old_name = item ->> 'view'
      join featstore.feature_views as v on v.name = coalesce(n.new_name, item ->> 'view') and v.version = (item ->> 'version')::integer
      order by 2, 3, 1
    on conflict (view, version, key_id) do update set last_read_on = excluded.last_read_on where r.last_read_on < excluded.last_read_on
$$;

-- Lets go of reads that nobody is told of any longer. Gives how many.
create function featstore.prune_reads() returns bigint language plpgsql as $$
declare
  let_go bigint;
begin
  delete from featstore.view_reads where last_read_on < (clock_timestamp() at time zone 'UTC')::date - 35;
  get diagnostics let_go = row_count;
  return let_go;
end $$;
