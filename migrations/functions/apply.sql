-- Applies a plan and returns the new revision: {revision, actor, message, promote, changes, renames, entities,
-- featureViews, featureServices}. `promote` false: new versions of known names do not wait for promotion. Views are
-- renamed first; a name that was rolled back keeps its version.
-- For a version that is registered already, the plan has `registered`: {meaningHash, takesSql}. `meaningHash` is the
-- hash that was stored when the plan was made; the plan has compared the meanings itself. `takesSql` says whether the
-- version takes the plan's SQL: it does if the plan's compiler makes the stored SQL from the stored document. The SQL
-- of another compiler stays, because its values may differ.
-- Errors: registry_moved, name_moved, version_meaning_changed, service_reads_retiring.
-- Called by registry-store.ts.
create or replace function featstore.apply(plan jsonb) returns bigint language plpgsql as $$
declare
  registry featstore.registry_state;
  moment constant timestamptz := clock_timestamp();
  promotes constant boolean := coalesce((plan ->> 'promote')::boolean, true);
  new_revision bigint;
  changed jsonb;
  existing record;
  retiring jsonb;
  takes_text boolean;
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
    select name, version, meaning_hash, last_generation into existing from featstore.feature_views
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
          -- A version that cannot be served yet must not replace one that is served.
          next_version = nullif(greatest(p.next_version, excluded.version, p.version), p.version)
          where promotes and p.rolled_back_from is null;
    elsif existing.meaning_hash not in (changed ->> 'meaningHash', coalesce(changed #>> '{registered,meaningHash}', '')) then
      perform featstore.raise_error('version_meaning_changed',
        jsonb_build_object('view', existing.name, 'version', existing.version));
    else
      -- A version that was never filled takes the SQL of the newer compiler, and so does one whose SQL this compiler wrote.
      takes_text := existing.last_generation = 0 or coalesce((changed #>> '{registered,takesSql}')::boolean, false);
      update featstore.feature_views as v set
          definition = changed -> 'definition',
          meaning_hash = changed ->> 'meaningHash',
          document_hash = changed ->> 'documentHash',
          applied_at = moment,
          compiler_version = case when takes_text then (changed ->> 'compilerVersion')::integer else compiler_version end,
          sql = case when takes_text then changed ->> 'sql' else sql end,
          sql_parameters = case when takes_text then changed -> 'parameters' else sql_parameters end
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
