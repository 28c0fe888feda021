-- What runs say, and what they notice of their sources.

-- What somebody should know of a published run: [{"code", "message"}], without keys of entities.
alter table featstore.runs add column warnings jsonb not null default '[]';

-- As in 0007, with {"warnings"} of the run.
create or replace function featstore.publish(p_run_id bigint, p_token bigint, p_details jsonb) returns bigint language plpgsql as $$
declare
  published featstore.generations;
  is_incremental boolean;
  new_revision bigint;
  promoter text;
begin
  perform set_config('lock_timeout', '10s', true);
  perform featstore.hold_lease(p_run_id, p_token);
  update featstore.generations set state = 'published', published_at = clock_timestamp(), nulls = coalesce(nulls, p_details -> 'nulls')
    where run_id = p_run_id and state = 'filled' returning * into published;
  if not found then
    perform featstore.raise_error('run_not_filled', jsonb_build_object('runId', p_run_id::text));
  end if;
  is_incremental := published.base_generation <> published.generation;
  if (p_details ->> 'keepsHistory')::boolean then
    perform featstore.keep_history(published, published.table_name,
      case when is_incremental then format('%s_v%s_changed', published.view, published.version) end);
  end if;
  if is_incremental then perform featstore.keep_changes(published); end if;
  new_revision := featstore.next_revision();
  update featstore.feature_views set served_generation = published.generation
    where name = published.view and version = published.version;
  select format('run %s', run_id) || coalesce(format(', process %s on %s', holder ->> 'pid', holder ->> 'host'), '') into promoter
    from featstore.runs where run_id = p_run_id;
  perform featstore.promote_served(new_revision, promoter, null);
  if p_details ->> 'reason' is not null then
    perform featstore.note(new_revision, 'force', promoter, p_details ->> 'reason', jsonb_build_array(jsonb_build_object(
      'definition', 'feature_view', 'name', published.view, 'version', published.version, 'generation', published.generation)));
  end if;
  update featstore.runs set state = 'published', finished_at = clock_timestamp(), unparsed = p_details -> 'unparsed',
      broken_contracts = nullif(p_details -> 'broken', 'null'), forced_because = p_details ->> 'reason',
      warnings = coalesce(p_details -> 'warnings', '[]')
    where run_id = p_run_id;
  delete from featstore.leases where token = p_token;
  begin
    perform set_config('lock_timeout', '200ms', true);
    perform featstore.replace_people_view(published.view, published.version);
  exception
    when others then null; -- what is served does not depend on the view for people: the next sweep repairs it
  end;
  return new_revision;
end $$;

-- The partitions of the tables that a view reads, and the tables that inherit from them, when the generation's rows were read:
-- by the table's oid, a sorted list of oids. A partition that is dropped or detached takes its rows along and leaves no other
-- trace. Null: of before, when nothing was noted.
alter table featstore.generations add column source_parts jsonb;

create function featstore.part_list(p_relation oid) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(part::text order by part), '[]') from featstore.parts_of(p_relation::regclass) as listed (part)
$$;

create function featstore.source_parts(p_definition jsonb) returns jsonb language sql stable as $$
  select coalesce(jsonb_object_agg(relation::text, featstore.part_list(relation)), '{}')
    from (
      select distinct to_regclass(case when jsonb_typeof(item -> 'schema') = 'string' then format('%I.', item ->> 'schema') else '' end
          || format('%I', item ->> 'table'))::oid as relation
        from jsonb_path_query(jsonb_build_array(p_definition -> 'source', p_definition -> 'entity' -> 'population'),
          '$.**.relation ? (@.kind == "table")') as listed (item)
    ) as tables
    where relation is not null
$$;

-- Before the rows are read. An incremental run brings the served generation up to date, so it goes on from that one's.
create function featstore.note_source_parts() returns trigger language plpgsql as $$
begin
  if new.base_generation <> new.generation then
    new.source_parts := (
      select served.source_parts from featstore.generations as served
        join featstore.feature_views as v on v.name = served.view and v.version = served.version and v.served_generation = served.generation
        where served.view = new.view and served.version = new.version);
  else
    new.source_parts := (
      select featstore.source_parts(definition) from featstore.feature_views where name = new.view and version = new.version);
  end if;
  return new;
end $$;
create trigger note_source_parts before insert or update of base_generation on featstore.generations
  for each row execute function featstore.note_source_parts();

-- Whether a relation has other parts now than when the served generation of one of the views, [{"view", "version"}], was read.
create function featstore.has_other_parts(p_relation regclass, p_views jsonb) returns boolean language sql stable as $$
  select p_relation is not null and exists (
    select from jsonb_to_recordset(p_views) as reading (view text, version integer)
      join featstore.feature_views as v on v.name = reading.view and v.version = reading.version
      join featstore.generations as served on served.view = v.name and served.version = v.version and served.generation = v.served_generation
      where served.source_parts is not null
        and served.source_parts -> p_relation::oid::text is distinct from featstore.part_list(p_relation))
$$;

-- As in 0017, with "views" of each scan, [{"view", "version"}]: those that read the relation.
create or replace function featstore.find_changes(p_holder jsonb, p_as_of timestamptz, p_scans jsonb) returns jsonb language plpgsql as $$
declare
  scan jsonb;
  set_token constant bigint := nextval('featstore.lease_tokens');
  set_id bigint;
  found_horizon constant bigint := featstore.oldest_transaction();
  found_as_of constant timestamptz := coalesce(p_as_of, clock_timestamp());
  found_tables text[] := '{}';
  found_table text;
  found_reasons text[] := '{}';
  found_reason text;
  found_text text;
  since integer;
  found_copies text[] := '{}';
  found_copy text;
  found_keys text;
  found_count bigint;
begin
  perform set_config('jit', 'off', true);
  perform set_config('random_page_cost', least(current_setting('random_page_cost')::float8, 1.1)::text, true);
  insert into featstore.change_sets (token, tables) values (set_token, '{}') returning change_set_id into set_id;
  insert into featstore.leases (name, token, holder, expires_at)
    values (format('change_set:%s', set_id), set_token, p_holder, clock_timestamp() + interval '30 seconds');
  for scan in select * from jsonb_array_elements(p_scans) loop
    found_table := null;
    since := age((((scan ->> 'horizon')::bigint) % 4294967296)::text::xid);
    found_text := case when featstore.tells_transactions(to_regclass(scan ->> 'relation'))
      then coalesce(scan ->> 'byTransaction', scan ->> 'byLateness') else scan ->> 'byLateness' end;
    found_reason := case
      when found_text is null then 'source_is_no_table'
      when featstore.is_altered(to_regclass(scan ->> 'relation'), since)
        or featstore.has_other_parts(to_regclass(scan ->> 'relation'), scan -> 'views') then 'source_altered'
    end;
    if found_reason is null then
      found_table := format('changes_%s_%s', set_id, cardinality(found_tables) + 1);
      begin
        execute format('create table features.%I (%s)', found_table, (
          select string_agg(format('%I %s', item ->> 'name', item ->> 'databaseType'), ', ' order by position)
            from jsonb_array_elements(scan -> 'columns') with ordinality as listed (item, position)));
        execute format(E'insert into features.%I\n%s', found_table, found_text)
          using since, pg_catalog.pg_current_xact_id()::text::bigint, (scan ->> 'asOf')::timestamptz, found_as_of;
      exception
        when others then -- the full runs of those views say what is wrong, and the other views go on
          found_table := null;
          found_reason := 'source_not_scanned';
      end;
    end if;
    found_reasons := found_reasons || found_reason;
    found_tables := found_tables || found_table;
  end loop;
  for place in 1 .. cardinality(found_tables) loop
    scan := p_scans -> (place - 1);
    found_copy := null;
    if scan ->> 'copy' is not null and found_tables[place] is not null then
      select string_agg(format('select distinct %s from features.%I', scan ->> 'entity', found_tables[other]), ' union ')
        into found_keys
        from generate_subscripts(found_tables, 1) as other
        where found_tables[other] is not null and scan -> 'copy' -> 'keysFrom' @> to_jsonb(other - 1);
      execute format('select count(*) from (%s) as found', found_keys) into found_count;
      -- Of a source of which nothing is known, or that is read for a few entities, a copy costs little.
      if found_count < greatest(1000, 0.2 * (select reltuples from pg_catalog.pg_class where oid = to_regclass(scan ->> 'relation'))) then
        found_copy := found_tables[place] || '_rows';
        begin
          execute format('create table features.%I as with _among as materialized (%s) select %s from %s join _among on %s', found_copy, found_keys,
            (select string_agg(format('%I.%I', scan -> 'copy' ->> 'alias', name), ', ')
              from jsonb_array_elements_text(scan -> 'copy' -> 'columns') as listed (name)), scan -> 'copy' ->> 'from', scan -> 'copy' ->> 'on');
          execute format('analyze features.%I (%s)', found_copy, (
            select string_agg(distinct format('%I', name), ', ') from jsonb_array_elements_text(scan -> 'copy' -> 'keys') as listed (name)));
        exception
          when others then found_copy := null; -- as above
        end;
      end if;
    end if;
    found_copies := found_copies || found_copy;
  end loop;
  update featstore.change_sets set tables = found_tables || found_copies where change_set_id = set_id;
  return jsonb_build_object('copies', to_jsonb(found_copies), 'token', set_token::text, 'asOf', featstore.epoch_microseconds(found_as_of)::text,
    'horizon', found_horizon::text, 'tables', to_jsonb(found_tables), 'reasons', to_jsonb(found_reasons));
end $$;

-- The columns of a table of keys whose rows are looked up in the source. They have the default collation: one of our own would
-- win over that of the source's columns, and no index of theirs could serve.
create function featstore.key_declarations(p_columns jsonb) returns text language sql immutable as $$
  select string_agg(format('%I %s', item ->> 'name', item ->> 'databaseType'), ', ' order by position)
    from jsonb_array_elements(p_columns) with ordinality as listed (item, position)
$$;

-- As in 0012, but for the collation of the keys.
create or replace function featstore.fill_chunk(p_run_id bigint, p_token bigint) returns jsonb language plpgsql as $$
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
    execute format('create table features.%I (%s)', wanted_table, featstore.key_declarations(backfill.plan -> 'keysColumns'));
    execute format('insert into features.%I select %s from features.%I where _chunk = %s',
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

-- As in 0007, but for the collation of the keys.
create or replace function featstore.fill_changed(p_run_id bigint, p_token bigint, p_longest_key integer, p_changes jsonb) returns jsonb language plpgsql as $$
declare
  target featstore.generations;
  previous featstore.generations;
  registered featstore.feature_views;
  prepared constant text := format('featstore_fill_%s', p_run_id);
  keys_table constant text := p_changes ->> 'keysTable';
  arguments text;
  selected text;
  key_bytes text;
  key_list text;
  changed_keys bigint;
  filled_rows bigint;
  replaced_rows bigint;
  replaced_nulls jsonb;
  filled_nulls jsonb;
  counted_nulls text;
  example text;
  why_not text := p_changes ->> 'full';
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict target from featstore.generations where run_id = p_run_id;
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  select * into previous from featstore.generations
    where view = target.view and version = target.version and generation = registered.served_generation;
  if why_not is null and (previous.horizon is null or previous.base_generation is null or previous.as_of > target.as_of
      or previous.horizon < (p_changes -> 'since' ->> 'horizon')::bigint or previous.as_of < (p_changes -> 'since' ->> 'asOf')::timestamptz) then
    why_not := 'no_baseline';
  end if;
  if why_not is null
    and (previous.nulls is null or not previous.nulls ?& array(select jsonb_array_elements_text(p_changes -> 'nulls'))) then
    why_not := 'nulls_not_counted';
  end if;
  if why_not is not null then
    update featstore.runs set why_full = why_not where run_id = p_run_id;
    return jsonb_build_object('full', why_not);
  end if;
  perform set_config('jit', 'off', true);
  -- What changed lately is in memory: by PostgreSQL's default, an index on a source's key would seem to be worth little.
  perform set_config('random_page_cost', least(current_setting('random_page_cost')::float8, 1.1)::text, true);
  execute format('drop table if exists features.%I', keys_table);
  execute format('create table features.%I (%s)', keys_table, featstore.key_declarations(p_changes -> 'keysColumns'));
  execute format(E'insert into features.%I\n%s', keys_table, p_changes ->> 'keysText')
    using previous.horizon, previous.as_of, target.as_of;
  get diagnostics changed_keys = row_count;
  if changed_keys > 1000 and changed_keys > 0.5 * previous.rows or previous.changes + changed_keys > greatest(1000, 0.5 * previous.rows) then
    execute format('drop table features.%I', keys_table);
    update featstore.runs set why_full = 'many_changes' where run_id = p_run_id;
    return jsonb_build_object('full', 'many_changes');
  end if;
  execute format('analyze features.%I', keys_table);

  select string_agg(format('%L', argument), ', ' order by position) into arguments
    from (
      select featstore.instant_text(target.as_of) as argument, 0 as position
      union all
      select * from jsonb_array_elements_text(p_changes -> 'parameters') with ordinality
    ) as listed;
  select string_agg(format('compiled.%I', item ->> 'name'), ', ' order by position) into selected
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position);
  key_bytes := featstore.key_bytes(registered.definition);
  -- Of the served one's columns: the same types, modifiers and collations.
  execute format('create table features.%I (like features.%I)', target.table_name,
    featstore.rows_table(previous.view, previous.version, previous.base_generation));
  execute format('alter table features.%I drop column _from, drop column _to', target.table_name);
  execute format(E'prepare %I as insert into features.%I select %s from (\n%s\n) as compiled where %s', prepared, target.table_name,
    selected, p_changes ->> 'sql', case when key_bytes is null then 'true' else format('%s <= %s', key_bytes, p_longest_key) end);
  begin
    execute format('execute %I (%s)', prepared, arguments);
  exception
    when query_canceled or assert_failure or others then -- as in `fill`
      execute format('deallocate %I', prepared);
      raise;
  end;
  execute format('deallocate %I', prepared);
  select string_agg(format('%I', key), ', ' order by position) into key_list
    from unnest(featstore.key_columns(registered.definition)) with ordinality as listed (key, position);
  begin
    execute format('alter table features.%I add primary key (%s)', target.table_name, key_list);
  exception
    when unique_violation then
      get stacked diagnostics example = pg_exception_detail;
      perform featstore.raise_error('duplicate_key', jsonb_build_object('example', example));
  end;

  select coalesce(string_agg(format('%L, count(*) filter (where r.%I is null)', name, name), ', '), '') into counted_nulls
    from jsonb_array_elements_text(p_changes -> 'nulls') as listed (name);
  execute format('select count(*), jsonb_build_object(%s) from features.%I as wanted join features.%I as r on %s',
    counted_nulls, keys_table, previous.table_name, featstore.entity_matching(registered.definition)) into replaced_rows, replaced_nulls;
  execute format('select count(*), jsonb_build_object(%s) from features.%I as r', counted_nulls, target.table_name) into filled_rows, filled_nulls;

  update featstore.generations set state = 'filled', base_generation = previous.base_generation,
      horizon = (p_changes ->> 'horizon')::bigint, rows = previous.rows - replaced_rows + filled_rows,
      changes = previous.changes + filled_rows,
      nulls = (
        select coalesce(jsonb_object_agg(name, (previous.nulls ->> name)::bigint - (replaced_nulls ->> name)::bigint + (filled_nulls ->> name)::bigint), '{}')
          from jsonb_array_elements_text(p_changes -> 'nulls') as listed (name))
    where run_id = p_run_id returning * into target;
  update featstore.runs set kind = 'incremental', recomputed = changed_keys, rows = target.rows, ignored_rows = 0 where run_id = p_run_id;
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return jsonb_build_object('rows', target.rows, 'ignoredRows', 0, 'recomputed', changed_keys, 'nulls', target.nulls);
end $$;

-- As in 0018, but for the collation of the keys.
create or replace function featstore.keep_changes(target featstore.generations) returns void language plpgsql as $$
declare
  registered featstore.feature_views;
  rows_table constant text := featstore.rows_table(target.view, target.version, target.base_generation);
  changes_table constant text := featstore.changes_table(target.view, target.version, target.base_generation);
  keys_table constant text := format('%s_v%s_changed', target.view, target.version);
  key_list text;
  column_list text;
begin
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  select string_agg(format('%I', key), ', ' order by position) into key_list
    from unnest((featstore.key_columns(registered.definition))[2:]) with ordinality as listed (key, position);
  select string_agg(format('%I', item ->> 'name'), ', ' order by position) into column_list
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position);
  if to_regclass(format('features.%I', changes_table)) is null then
    -- Of the columns of the rows, by which it is joined: the same collations.
    execute format('create table features.%I as select %s from features.%I with no data', changes_table, key_list, rows_table);
    execute format('alter table features.%I add column _generation integer, add primary key (%s, _generation)', changes_table, key_list);
  end if;
  execute format('insert into features.%1$I (%2$s, _generation) select %2$s, %3$s from features.%4$I',
    changes_table, key_list, target.generation, keys_table);
  execute format('analyze features.%I', changes_table);
  execute format('insert into features.%1$I (%2$s, _from) select %2$s, %3$s from features.%4$I',
    rows_table, column_list, target.generation, target.table_name);
  execute format('drop table features.%I, features.%I', keys_table, target.table_name);
  perform featstore.create_generation_view(registered, target);
end $$;

-- Names without a schema in a source's query mean what the search path makes of them. Compiled SQL asks this of each such
-- query: with another search path than when the version was applied nothing is read.
create function featstore.require_search_path(p_applied text[]) returns boolean language plpgsql stable parallel safe as $$
begin
  if current_schemas(false)::text[] <> p_applied then
    perform featstore.raise_error('search_path_changed',
      jsonb_build_object('applied', p_applied, 'now', current_schemas(false)::text[]));
  end if;
  return true;
end $$;
