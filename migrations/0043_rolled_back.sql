-- A rollback is a choice that later versions must not undo by themselves: until the next `promote`, a new version of the name
-- does not wait to take over.

-- The newest version that the name was rolled back from; null: new versions take over with their first publish.
alter table featstore.feature_view_promotions add column rolled_back_from integer;
alter table featstore.feature_service_promotions add column rolled_back_from integer;

-- As in 0016; a name that is rolled back keeps its version.
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
          where promotes and p.rolled_back_from is null;
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
          where promotes and p.rolled_back_from is null;
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

-- As in 0004; ends a rollback, also if the promoted version stays.
create or replace function featstore.promote(request jsonb) returns jsonb language plpgsql as $$
declare
  kind constant text := request ->> 'kind';
  wanted constant integer := (request ->> 'version')::integer;
  before record;
  now_is record;
  new_revision bigint;
begin
  perform featstore.lock_registry();
  perform featstore.require_staying(kind, request ->> 'name', wanted);
  execute format('select version, next_version, rolled_back_from from featstore.%I where name = $1 for update', kind || '_promotions')
    into strict before using request ->> 'name';
  if coalesce(before.next_version, before.version) <> wanted or before.rolled_back_from is not null then
    new_revision := featstore.next_revision();
    if wanted = before.version then
      execute format('update featstore.%I set next_version = null where name = $1', kind || '_promotions') using request ->> 'name';
    elsif featstore.is_served(kind, request ->> 'name', wanted) or not featstore.is_served(kind, request ->> 'name', before.version) then
      perform featstore.take_over(kind, request ->> 'name', wanted);
    else
      execute format('update featstore.%I set next_version = $2 where name = $1', kind || '_promotions')
        using request ->> 'name', wanted;
    end if;
    execute format('update featstore.%I set rolled_back_from = null where name = $1', kind || '_promotions') using request ->> 'name';
  end if;
  execute format('select version, next_version from featstore.%I where name = $1', kind || '_promotions')
    into strict now_is using request ->> 'name';
  if new_revision is not null then
    perform featstore.note(new_revision, 'promote', request ->> 'actor', request ->> 'message', jsonb_build_array(jsonb_build_object(
      'definition', kind, 'name', request -> 'name', 'version', wanted, 'before', before.version,
      'waits', now_is.next_version is not null)));
  end if;
  return jsonb_build_object('revision', new_revision, 'before', before.version, 'promoted', now_is.version,
    'next', now_is.next_version, 'gaveUp', nullif(before.next_version, wanted));
end $$;

-- As in 0004; marks the name as rolled back.
create or replace function featstore.rollback(request jsonb) returns jsonb language plpgsql as $$
declare
  kind constant text := request ->> 'kind';
  current record;
  position integer;
  new_revision bigint;
begin
  perform featstore.lock_registry();
  execute format('select version, next_version, earlier from featstore.%I where name = $1 for update', kind || '_promotions')
    into current using request ->> 'name';
  position := coalesce(cardinality(current.earlier), 0);
  while position > 0 and (current.earlier[position] = current.version
      or not featstore.is_served(kind, request ->> 'name', current.earlier[position])) loop
    position := position - 1;
  end loop;
  if position = 0 then
    perform featstore.raise_error('nothing_to_roll_back',
      jsonb_build_object('name', request -> 'name', 'version', current.version));
  end if;
  perform featstore.require_staying(kind, request ->> 'name', current.earlier[position]);
  new_revision := featstore.next_revision();
  execute format($update$
    update featstore.%I set version = $2, next_version = null, earlier = $3, rolled_back_from = greatest(rolled_back_from, version)
      where name = $1$update$, kind || '_promotions')
    using request ->> 'name', current.earlier[position], current.earlier[: position - 1];
  perform featstore.note(new_revision, 'rollback', request ->> 'actor', request ->> 'message', jsonb_build_array(jsonb_build_object(
    'definition', kind, 'name', request -> 'name', 'version', current.earlier[position], 'before', current.version)));
  return jsonb_build_object('revision', new_revision, 'before', current.version, 'promoted', current.earlier[position],
    'next', null, 'gaveUp', current.next_version);
end $$;
