-- Erases a key: {entity, key (array of texts), tenant (null: all), dryRun, actor, message, holder}.
-- Returns {revision, keyDigest, views, answers, runs}: the results of `erase_from_view`, the number of sampled
-- responses, and the number of runs whose reports named the key. With `dryRun` it counts and changes nothing, and the
-- revision is null.
-- Locks the leases of all versions of the entity until the transaction ends. Errors: entity_not_applied,
-- key_has_other_parts, run_in_progress, changes_in_progress.
-- Called by erasure-store.ts.
create or replace function featstore.erase(request jsonb) returns jsonb language plpgsql as $$
declare
  v_entity constant text := request ->> 'entity';
  v_tenant constant text := request ->> 'tenant';
  is_trial constant boolean := (request ->> 'dryRun')::boolean;
  digest constant text := featstore.key_digest(request -> 'key');
  v_entity_key jsonb;
  wanted jsonb;
  registered featstore.feature_views;
  finder jsonb;
  tokens bigint[] := '{}';
  one jsonb;
  views jsonb := '[]';
  gone_answers bigint;
  named_runs bigint;
  new_revision bigint;
begin
  perform set_config('lock_timeout', '10s', true);
  select definition -> 'key' into v_entity_key from featstore.entities where name = v_entity;
  if v_entity_key is null then
    perform featstore.raise_error('entity_not_applied', jsonb_build_object('entity', v_entity));
  end if;
  if jsonb_array_length(v_entity_key) <> jsonb_array_length(request -> 'key') then
    perform featstore.raise_error('key_has_other_parts', jsonb_build_object('entity', v_entity, 'parts', jsonb_array_length(v_entity_key)));
  end if;
  select jsonb_object_agg(part ->> 'name', request -> 'key' ->> (position - 1)::integer) into wanted
    from jsonb_array_elements(v_entity_key) with ordinality as listed (part, position);

  if not is_trial then
    for registered in
      select * from featstore.feature_views where definition -> 'entity' ->> 'name' = v_entity order by name, version
    loop
      tokens := tokens || featstore.hold_view(registered.name, registered.version, request -> 'holder');
    end loop;
    -- The changes that a materialization found before its first run may hold the key as well.
    select l.holder into finder from featstore.change_sets as c join featstore.leases as l on l.token = c.token limit 1;
    if found then
      perform featstore.raise_error('changes_in_progress', jsonb_build_object('holder', finder));
    end if;
  end if;

  for registered in
    select * from featstore.feature_views where definition -> 'entity' ->> 'name' = v_entity order by name, version
  loop
    views := views || featstore.erase_from_view(registered, request || jsonb_build_object('entityKey', v_entity_key, 'parts', wanted));
  end loop;

  if is_trial then
    select count(*) into gone_answers from featstore.answers
      where entity = v_entity and entity_key = request -> 'key' and coalesce(tenant = v_tenant, true);
  else
    -- Waits for responses that are being stored, so that they are seen.
    lock table featstore.answers in share row exclusive mode;
    delete from featstore.answers as a
      where a.entity = v_entity and a.entity_key = request -> 'key' and coalesce(a.tenant = v_tenant, true);
    get diagnostics gone_answers = row_count;
  end if;

  with found as (
    select r.run_id, featstore.without_examples(r.unparsed, wanted, v_tenant) as unparsed,
        featstore.without_examples(r.broken_contracts, wanted, v_tenant) as broken_contracts,
        featstore.without_examples(r.repaired, wanted, v_tenant) as repaired,
        case when r.failure_code in ('duplicate_key', 'non_finite_value', 'cast_failed', 'contract_broken')
            and featstore.names_key(r.failure_message, wanted)
          then 'The message named a key that was erased since.' else r.failure_message end as failure_message
      from featstore.runs as r
      join jsonb_array_elements(views) as listed (item)
        on r.view = item ->> 'view' and r.version = (item ->> 'version')::integer and item ->> 'skipped' is null
      where coalesce(r.unparsed, r.broken_contracts, r.repaired) is not null or r.failure_message is not null
  ), changed as (
    select found.* from found join featstore.runs as r on r.run_id = found.run_id
      where (found.unparsed, found.broken_contracts, found.repaired, found.failure_message)
        is distinct from (r.unparsed, r.broken_contracts, r.repaired, r.failure_message)
  ), written as (
    update featstore.runs as r set unparsed = changed.unparsed, broken_contracts = changed.broken_contracts,
        repaired = changed.repaired, failure_message = changed.failure_message
      from changed where changed.run_id = r.run_id and not is_trial
  )
  select count(*) into named_runs from changed;

  if not is_trial then
    new_revision := featstore.next_revision();
    for one in select * from jsonb_array_elements(views) where value ->> 'skipped' is null loop
      update featstore.feature_views set erasures = erasures + 1
        where name = one ->> 'view' and version = (one ->> 'version')::integer returning * into registered;
      insert into featstore.erased_keys (view, version, key_digest, tenant, generation)
        values (registered.name, registered.version, digest, v_tenant, registered.last_generation);
    end loop;
    perform featstore.note(new_revision, 'erase', request ->> 'actor', request ->> 'message', (
      select coalesce(jsonb_agg(jsonb_build_object('definition', 'feature_view', 'name', item -> 'view', 'version', item -> 'version',
          'entity', v_entity, 'keyHmac', digest, 'rows', (item ->> 'rows')::bigint + (item ->> 'history')::bigint)), '[]')
        from jsonb_array_elements(views) as listed (item) where item ->> 'skipped' is null));
    delete from featstore.leases where token = any (tokens);
  end if;
  return jsonb_build_object('revision', new_revision, 'keyDigest', digest, 'views', views, 'answers', gone_answers, 'runs', named_runs);
end $$;
