-- Erasing: one entity's key goes from everything that Featstore keeps of it.

alter table featstore.history drop constraint history_kind_check;
alter table featstore.history add constraint history_kind_check
  check (kind in ('apply', 'promote', 'rollback', 'retire', 'restore', 'force', 'erase'));

-- How often keys were erased from it: who holds rows of it in memory lets go of those from before.
alter table featstore.feature_views add column erasures bigint not null default 0;

-- So that an answer which was sampled before an erasure, and is written after it, brings nothing back.
create table featstore.erased_keys (
  view text not null,
  version integer not null,
  key_digest text not null,
  -- Null: of every scope.
  tenant text,
  -- The newest one then: what later ones have of the key, the source brought back.
  generation integer not null,
  foreign key (view, version) references featstore.feature_views (name, version)
);
create index on featstore.erased_keys (view, version, key_digest);

-- SHA-256 of a key, hexadecimal: of the text that PostgreSQL makes of an array of its parts, `["AC/DC", "7"]`.
create function featstore.key_digest(p_key jsonb) returns text language sql immutable as
  $$ select encode(sha256(convert_to(p_key::text, 'UTF8')), 'hex') $$;

-- As in 0009, but for answers that are erased already.
create or replace function featstore.keep_answers(p_answers jsonb, p_most bigint, p_days integer) returns bigint language plpgsql as $$
declare
  let_go bigint;
begin
  -- An erasure under way is waited for, and then seen.
  lock table featstore.answers in row exclusive mode;
  insert into featstore.answers (view, version, generation, entity, tenant, entity_key, status, answered, answered_at, key_id)
    select item ->> 'view', (item ->> 'version')::integer, (item ->> 'generation')::integer, item ->> 'entity', item ->> 'tenant',
        item -> 'entity_key', item ->> 'status', (item ->> 'answered')::json,
        'epoch'::timestamptz + (item ->> 'answered_at')::bigint * interval '1 microsecond', item ->> 'key_id'
      from jsonb_array_elements(p_answers) as listed (item)
      where not exists (select from featstore.erased_keys as e
        where e.view = item ->> 'view' and e.version = (item ->> 'version')::integer
          and e.key_digest = featstore.key_digest(item -> 'entity_key')
          and coalesce(e.tenant = item ->> 'tenant', true) and (item ->> 'generation')::integer <= e.generation);
  delete from featstore.answers
    where answer_id <= (select max(answer_id) from featstore.answers) - p_most
      or answered_at < clock_timestamp() - p_days * interval '24 hours';
  get diagnostics let_go = row_count;
  return let_go;
end $$;

-- Whether `p_example`, a row's key as an object of tenant and parts, is the erased one.
create function featstore.is_erased_example(p_example jsonb, p_parts jsonb, p_tenant text) returns boolean language sql immutable as $$
  select jsonb_typeof(p_example) = 'object'
    and coalesce(p_example ->> '_tenant' = p_tenant, true)
    and not exists (select from jsonb_each_text(p_parts) as part where p_example ->> part.key is distinct from part.value)
$$;

-- A document of a run without the examples that are the erased key, which stand in lists, as such or below `key`.
create function featstore.without_examples(p_document jsonb, p_parts jsonb, p_tenant text) returns jsonb language plpgsql immutable as $$
begin
  case jsonb_typeof(p_document)
    when 'array' then
      return (
        select coalesce(jsonb_agg(featstore.without_examples(item, p_parts, p_tenant) order by position), '[]')
          from jsonb_array_elements(p_document) with ordinality as listed (item, position)
          where not coalesce(featstore.is_erased_example(
            case when jsonb_typeof(item -> 'key') = 'object' then item -> 'key' else item end, p_parts, p_tenant), false));
    when 'object' then
      return (
        select coalesce(jsonb_object_agg(member.key, featstore.without_examples(member.value, p_parts, p_tenant)), '{}')
          from jsonb_each(p_document) as member);
    else
      return p_document;
  end case;
end $$;

-- Whether a run's message names every part of the key, as words of their own.
create function featstore.names_key(p_message text, p_parts jsonb) returns boolean language sql immutable as $$
  select not exists (
    select from jsonb_each_text(p_parts) as part
      where p_message !~ ('(^|[^[:alnum:]])' || regexp_replace(part.value, '([^[:alnum:]])', '\\\1', 'g') || '([^[:alnum:]]|$)'))
$$;

-- Takes the lease of a view version until the transaction ends: a run that begins waits so long.
create function featstore.hold_view(p_view text, p_version integer, p_holder jsonb) returns bigint language plpgsql as $$
declare
  lease_name constant text := format('feature_view:%s@%s', p_view, p_version);
  new_token constant bigint := nextval('featstore.lease_tokens');
  lease featstore.leases;
begin
  loop
    insert into featstore.leases (name, token, holder, expires_at)
      values (lease_name, new_token, p_holder, clock_timestamp() + interval '30 seconds')
      on conflict (name) do nothing;
    if found then return new_token; end if;
    select * into lease from featstore.leases where name = lease_name;
    continue when not found;
    perform featstore.raise_error('run_in_progress', jsonb_build_object('view', p_view, 'version', p_version,
      'runId', lease.run_id::text, 'token', lease.token::text, 'holder', lease.holder));
  end loop;
end $$;

-- Erases a key from one view version: {view, version, rows, history, skipped}. Rows are counted in every generation that
-- is there. `skipped`: why nothing was looked for, `other_key` where the version's key has other parts, `shared` where its
-- rows are of no tenant and one was named.
create function featstore.erase_from_view(registered featstore.feature_views, request jsonb) returns jsonb language plpgsql as $$
declare
  prefix constant text := format('%s_v%s_', registered.name, registered.version);
  is_trial constant boolean := (request ->> 'dryRun')::boolean;
  tenant constant text := request ->> 'tenant';
  is_scoped constant boolean :=
    coalesce(registered.definition -> 'source' ->> 'tenant', registered.definition -> 'entity' -> 'population' ->> 'tenant') is not null;
  skipped text;
  of_key text;
  conditions text;
  counted_nulls text;
  held featstore.generations;
  kept text;
  gone bigint;
  gone_nulls jsonb;
  gone_rows bigint := 0;
  gone_history bigint := 0;
begin
  skipped := case
    when registered.definition -> 'entity' -> 'key' <> request -> 'entityKey' then 'other_key'
    when tenant is not null and not is_scoped then 'shared' end;
  if skipped is not null then
    return jsonb_build_object('view', registered.name, 'version', registered.version, 'rows', 0, 'history', 0, 'skipped', skipped);
  end if;
  select string_agg(format('r.%I = %L', part.key, part.value), ' and ') into of_key from jsonb_each_text(request -> 'parts') as part;
  conditions := case when tenant is null and is_scoped then of_key else format('r._tenant = %L and %s', coalesce(tenant, ''), of_key) end;

  if not is_trial then
    -- A backfill that was cut short keeps keys, and would go on with them.
    perform featstore.drop_interrupted_of(registered.name, registered.version, 'erased');
    perform set_config('lock_timeout', '10s', true);
    for held in
      select * from featstore.generations
        where view = registered.name and version = registered.version and state in ('filled', 'broken', 'published')
          and to_regclass(format('features.%I', table_name)) is not null
    loop
      select coalesce(string_agg(format('%L, count(*) filter (where r.%I is null)', name, name), ', '), '') into counted_nulls
        from jsonb_object_keys(coalesce(held.nulls, '{}')) as listed (name);
      execute format('select count(*), jsonb_build_object(%s) from features.%I as r where %s', counted_nulls, held.table_name, conditions)
        into gone, gone_nulls;
      update featstore.generations set rows = rows - gone, nulls = (
          select coalesce(jsonb_object_agg(before.key, before.value::bigint - (gone_nulls ->> before.key)::bigint), '{}')
            from jsonb_each_text(held.nulls) as before)
        where gone > 0 and held.nulls is not null and run_id = held.run_id;
      update featstore.generations set rows = rows - gone where gone > 0 and held.nulls is null and run_id = held.run_id;
    end loop;
    execute format('drop table if exists features.%I', prefix || 'changed');
  end if;

  -- Not by `generations` alone: a table that could not be dropped yet holds the key as well.
  for kept in
    select relname::text from pg_catalog.pg_class
      where relnamespace = 'features'::regnamespace and relkind in ('r', 'p') and starts_with(relname::text, prefix)
        and substr(relname::text, length(prefix) + 1) ~ '^(g[0-9]+(_rows|_keys)?|history)$'
      order by 1
  loop
    begin
      if kept like '%\_keys' then
        -- Of a backfill: keys, and no rows to be counted.
        if not is_trial then execute format('delete from features.%I as r where %s', kept, of_key); end if;
        gone := 0;
      elsif is_trial then
        execute format('select count(*) from features.%I as r where %s', kept, conditions) into gone;
      else
        execute format('delete from features.%I as r where %s', kept, conditions);
        get diagnostics gone = row_count;
      end if;
      if kept = prefix || 'history' then gone_history := gone; else gone_rows := gone_rows + gone; end if;
    exception
      when undefined_table then null; -- it was dropped meanwhile
    end;
  end loop;
  -- An interrupted backfill keeps the keys of entities that are still to be computed.
  if not is_trial then perform featstore.drop_interrupted_of(registered.name, registered.version, 'erased'); end if;
  return jsonb_build_object('view', registered.name, 'version', registered.version, 'rows', gone_rows, 'history', gone_history,
    'skipped', null);
end $$;

-- Erases a key: {entity, key (array of texts), tenant (null: of every scope), dryRun, actor, message, holder}. Gives
-- {revision, keyDigest, views, answers, runs}: of each view version what `erase_from_view` gives, the sampled answers, and
-- the runs whose reports named the key. `dryRun`: what would be, and revision null. Errors: entity_not_applied,
-- key_has_other_parts, run_in_progress, changes_in_progress.
create function featstore.erase(request jsonb) returns jsonb language plpgsql as $$
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
    -- What a materialization found before its first run began may hold the key as well.
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
    -- Those that are being written are waited for, and then seen.
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
          'entity', v_entity, 'keySha256', digest, 'rows', (item ->> 'rows')::bigint + (item ->> 'history')::bigint)), '[]')
        from jsonb_array_elements(views) as listed (item) where item ->> 'skipped' is null));
    delete from featstore.leases where token = any (tokens);
  end if;
  return jsonb_build_object('revision', new_revision, 'keyDigest', digest, 'views', views, 'answers', gone_answers, 'runs', named_runs);
end $$;
