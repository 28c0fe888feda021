-- Incremental runs. The rows of a full run, and those of the incremental runs after it, are in one table, `<generation>_rows`,
-- each with the generations that have it: from `_from` on, and before `_to`. A generation is a SQL view over it: it stays
-- whole for those who hold it, and what reads generations knows nothing of this.

-- Which PostgreSQL this is, since transaction numbers mean nothing in another one; '' where it does not say.
create function featstore.cluster_identity() returns text language plpgsql stable as $$
begin
  return (select system_identifier::text from pg_catalog.pg_control_system());
exception
  when others then return '';
end $$;

-- All transactions of this database before it were over. Ask before rows are read: one that ends in the meantime is not
-- counted, and its rows are seen. A snapshot lists the transactions of all databases, and those of others write nothing
-- here; of one without a process, which is prepared, the database is not asked for.
create function featstore.oldest_transaction() returns bigint language sql stable as $$
  select coalesce(
      (select min(running.xid::text::bigint) from pg_catalog.pg_snapshot_xip(now_seen.snapshot) as running (xid)
        where exists (
          select from pg_catalog.pg_locks as held
          left join pg_catalog.pg_stat_activity as process on process.pid = held.pid
          where held.locktype = 'transactionid' and held.granted and held.mode = 'ExclusiveLock'
            and held.transactionid::text::bigint = running.xid::text::bigint % 4294967296
            and (process.datid is null or process.datid = (select oid from pg_catalog.pg_database where datname = current_database())))),
      pg_catalog.pg_snapshot_xmax(now_seen.snapshot)::text::bigint)
    from (select pg_catalog.pg_current_snapshot() as snapshot) as now_seen
$$;

alter table featstore.generations
  -- The full one in whose table the rows are; null: of before, a table of its own.
  add column base_generation integer,
  -- Rows of transactions before it are in the generation; null: of a generation that says nothing about it.
  add column horizon bigint,
  add column cluster text,
  -- Rows that incremental runs wrote since the full one.
  add column changes bigint not null default 0,
  -- Rows without a value, by feature; of those features alone whose contract bounds them.
  add column nulls jsonb;
alter table featstore.generations
  alter column horizon set default featstore.oldest_transaction(),
  alter column cluster set default featstore.cluster_identity();

-- Of views over sources that say nothing of the past: the as-of time of the first generation from which on it is kept.
alter table featstore.feature_views add column history_since timestamptz;

alter table featstore.runs
  add column kind text not null default 'full' check (kind in ('full', 'incremental')),
  -- Entities that an incremental run computed.
  add column recomputed bigint,
  -- Why a run that was asked to be incremental was not.
  add column why_full text,
  -- Of a run that checks incremental ones: how many entities they had wrong, and up to five of their keys, {"rows", "examples"}.
  add column repaired jsonb;

-- What one scan found, for the views that share it. Held by a lease of the same token, which has no run.
create table featstore.change_sets (
  change_set_id bigint generated always as identity primary key,
  token bigint not null unique,
  tables text[] not null
);

-- Finds the changes of several sources since as many runs: [{"relation", "columns", "text", "horizon", "asOf", "entity",
-- "copy"}]. Gives {token, asOf, horizon, tables, copies}, in the same order; a table is null where the relation is no table,
-- or not as described. A copy, where it is asked for, holds all rows of the entities, by the key columns
-- "entity", that the scans at the places "keysFrom" found; null where it would hold much of the source.
create function featstore.find_changes(p_holder jsonb, p_as_of timestamptz, p_scans jsonb) returns jsonb language plpgsql as $$
declare
  scan jsonb;
  set_token constant bigint := nextval('featstore.lease_tokens');
  set_id bigint;
  found_horizon constant bigint := featstore.oldest_transaction();
  found_as_of constant timestamptz := coalesce(p_as_of, clock_timestamp());
  found_tables text[] := '{}';
  found_table text;
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
    if exists (select from pg_catalog.pg_class where oid = to_regclass(scan ->> 'relation') and relkind in ('r', 'p')) then
      found_table := format('changes_%s_%s', set_id, cardinality(found_tables) + 1);
      begin
        execute format('create table features.%I (%s)', found_table, (
          select string_agg(format('%I %s', item ->> 'name', item ->> 'databaseType'), ', ' order by position)
            from jsonb_array_elements(scan -> 'columns') with ordinality as listed (item, position)));
        execute format(E'insert into features.%I\n%s', found_table, scan ->> 'text')
          using age((((scan ->> 'horizon')::bigint) % 4294967296)::text::xid), pg_catalog.pg_current_xact_id()::text::bigint,
            (scan ->> 'asOf')::timestamptz, found_as_of;
      exception
        when others then found_table := null; -- the full runs of those views say what is wrong, and the other views go on
      end;
    end if;
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
    'horizon', found_horizon::text, 'tables', to_jsonb(found_tables));
end $$;

create function featstore.instant_text(moment timestamptz) returns text language sql stable as
  $$ select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;

create function featstore.drop_changes(p_token bigint) returns void language plpgsql as $$
declare
  dropped text[];
  each text;
begin
  delete from featstore.change_sets where token = p_token returning tables into dropped;
  foreach each in array coalesce(dropped, '{}') loop
    continue when each is null;
    execute format('drop table if exists features.%I', each);
  end loop;
  delete from featstore.leases where token = p_token;
end $$;

-- The generations that incremental runs would start from: [{"view", "version", "generation", "asOf", "horizon"}]. Those of
-- which nothing is known, or whose transactions are from another PostgreSQL or too long ago to compare, are left out.
create function featstore.change_baselines() returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('view', g.view, 'version', g.version, 'generation', g.generation,
      'asOf', featstore.epoch_microseconds(g.as_of)::text, 'horizon', g.horizon::text)), '[]')
    from featstore.generations as g
    join featstore.feature_views as v on v.name = g.view and v.version = g.version and v.served_generation = g.generation
    where g.cluster = featstore.cluster_identity()
      and g.horizon <= featstore.oldest_transaction()
      -- Transactions are compared modulo 2^32.
      and featstore.oldest_transaction() - g.horizon < 2000000000
$$;

create function featstore.rows_table(p_view text, p_version integer, p_base_generation integer) returns text language sql immutable as
  $$ select format('%s_v%s_g%s_rows', p_view, p_version, p_base_generation) $$;

-- Creates a generation's SQL view. Rows without an event time of their own are as of the generation.
create function featstore.create_generation_view(registered featstore.feature_views, target featstore.generations) returns void
language plpgsql as $$
begin
  execute format('create view features.%1$I as select %2$s from features.%3$I where _from <= %4$s and (_to is null or _to > %4$s)',
    target.table_name,
    (select string_agg(
        case when item ->> 'name' = '_event_time' and jsonb_typeof(registered.definition -> 'source' -> 'eventTime') = 'null'
          then format('case when _event_time is not null then cast(%L as timestamptz) end as _event_time', featstore.instant_text(target.as_of))
          else format('%I', item ->> 'name') end,
        ', ' order by position)
      from jsonb_array_elements(registered.columns) with ordinality as listed (item, position)),
    featstore.rows_table(target.view, target.version, target.base_generation), target.generation);
end $$;

-- As in 0001, into a table of rows and a view. Creates and fills it by the stored SQL. Rows whose tenant and key together have more than `p_longest_key`
-- bytes are ignored. Gives {rows, ignoredRows}.
create or replace function featstore.fill(p_run_id bigint, p_token bigint, p_longest_key integer) returns jsonb language plpgsql as $$
declare
  target featstore.generations;
  rows_table text;
  registered featstore.feature_views;
  prepared constant text := format('featstore_fill_%s', p_run_id);
  arguments text;
  selected text;
  keys text[];
  key_list text;
  collated record;
  mismatch jsonb;
  filled_rows bigint;
  key_bytes text;
  long_rows bigint := 0;
  example text;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  update featstore.generations set base_generation = generation where run_id = p_run_id returning * into strict target;
  rows_table := featstore.rows_table(target.view, target.version, target.generation);
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  keys := featstore.key_columns(registered.definition);

  select string_agg(format('%L', argument), ', ' order by position) into arguments
    from (
      select to_char(target.as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as argument, 0 as position
      union all
      select * from jsonb_array_elements_text(registered.sql_parameters) with ordinality
    ) as listed;
  -- A type's modifier, the dimensions of a vector, is lost in most expressions: a cast checks it and gives it to the table.
  select string_agg(
      case when item ->> 'databaseType' like '%(%'
        then format('cast(compiled.%I as %s) as %1$I', item ->> 'name', item ->> 'databaseType')
        else format('compiled.%I', item ->> 'name') end,
      ', ' order by position)
    into selected
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position);

  -- Of the ways to fill a table by a text with parameters, only a prepared one may use parallel workers.
  execute format(E'prepare %I as select %s from (\n%s\n) as compiled', prepared, selected, registered.sql);
  begin
    execute format('create table features.%I as execute %I (%s)', rows_table, prepared, arguments);
    get diagnostics filled_rows = row_count;
  exception
    when query_canceled or assert_failure or others then -- `others` leaves those two out, and a prepared statement outlives a rollback
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

  key_bytes := featstore.key_bytes(registered.definition);
  if key_bytes is not null then
    execute format('select count(*) from features.%I where %s > %s', rows_table, key_bytes, p_longest_key) into long_rows;
  end if;
  if long_rows > 0 then
    -- Deleted rows would still be indexed by the transaction that wrote them: the others move to a table of their own.
    execute format('create table features.%I as select * from features.%I where %s <= %s',
      prepared, rows_table, key_bytes, p_longest_key);
    execute format('drop table features.%I', rows_table);
    execute format('alter table features.%I rename to %I', prepared, rows_table);
    filled_rows := filled_rows - long_rows;
  end if;

  -- The query's expressions may have brought collations of their own; another one rewrites nothing.
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

  select string_agg(format('%I', key), ', ' order by position) into key_list
    from unnest(keys) with ordinality as listed (key, position);
  -- Columns with constant defaults are added to no row.
  execute format('alter table features.%I add column _from integer not null default 0, add column _to integer', rows_table);
  begin
    execute format('alter table features.%I add primary key (%s, _from)', rows_table, key_list);
  exception
    when unique_violation then
      get stacked diagnostics example = pg_exception_detail;
      perform featstore.raise_error('duplicate_key', jsonb_build_object('example', example));
  end;
  -- Readers look rows up by key; a full analysis would cost a fifth of the fill. Autovacuum adds the other columns later.
  perform set_config('default_statistics_target', '10', true);
  execute format('analyze features.%I (%s, _event_time, _from, _to)', rows_table, key_list);

  perform featstore.create_generation_view(registered, target);
  update featstore.generations set state = 'filled', rows = filled_rows where run_id = p_run_id;
  update featstore.runs set rows = filled_rows, ignored_rows = long_rows where run_id = p_run_id;
  -- One backend serves an embedded database: heartbeats wait behind a fill, which therefore counts as one.
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return jsonb_build_object('rows', filled_rows, 'ignoredRows', long_rows);
end $$;

-- The rows `r` of an entity's key `wanted`, of every tenant; those of a shared view are found by the primary key.
create function featstore.entity_matching(p_definition jsonb) returns text language sql stable as $$
  select string_agg(format('r.%1$I = wanted.%1$I', key), ' and ')
      || case when coalesce(featstore.key_bytes(p_definition) like '%\_tenant%', false) then '' else ' and r._tenant = ' || quote_literal('') end
    from unnest((featstore.key_columns(p_definition))[2:]) as listed (key)
$$;

-- Fills the run's table with the rows of the entities that changed since the served generation. `p_changes`:
-- {"horizon", "since": {"horizon", "asOf"}, "keysTable", "keysColumns", "keysText", "sql", "parameters", "nulls"}. Gives {rows, ignoredRows, recomputed,
-- nulls}, rows and nulls those of the whole generation; or {full}, why a full run has to be instead, which {"full"} asks for.
create function featstore.fill_changed(p_run_id bigint, p_token bigint, p_longest_key integer, p_changes jsonb) returns jsonb language plpgsql as $$
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
  execute format('create table features.%I (%s)', keys_table, (
    select string_agg(format('%I %s', item ->> 'name', item ->> 'databaseType')
        || case when item ->> 'databaseType' = 'text' then ' collate pg_catalog."C"' else '' end, ', ' order by position)
      from jsonb_array_elements(p_changes -> 'keysColumns') with ordinality as listed (item, position)));
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

-- Keeps what the served generation's rows were, where the new one's differ: `<view>_v<n>_history` has a row `_until` the new
-- one's as-of time; `_present` false: there was none. So the row of a past time is the first whose `_until` is after it, or
-- else the served one. `p_new` has the new rows, of all entities or of those in `p_keys_table`.
create function featstore.keep_history(target featstore.generations, p_new text, p_keys_table text) returns void language plpgsql as $$
declare
  registered featstore.feature_views;
  previous featstore.generations;
  history constant text := format('%s_v%s_history', target.view, target.version);
  key_list text;
  column_list text;
  differs text;
begin
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  select * into previous from featstore.generations
    where view = target.view and version = target.version and generation = registered.served_generation;
  update featstore.feature_views set history_since = target.as_of
    where name = target.view and version = target.version and history_since is null;
  select string_agg(format('%I', key), ', ' order by position) into key_list
    from unnest(featstore.key_columns(registered.definition)) with ordinality as listed (key, position);
  select string_agg(format('%I', item ->> 'name'), ', ' order by position),
      coalesce(string_agg(
        -- The as-of time of rows that have no other is no change.
        case when item ->> 'name' = '_event_time' then format('(a.%1$I is null) <> (b.%1$I is null)', item ->> 'name')
          when item ->> 'databaseType' like 'vector%' then format('a.%1$I::text is distinct from b.%1$I::text', item ->> 'name')
          else format('a.%1$I is distinct from b.%1$I', item ->> 'name') end, ' or '), 'false')
    into column_list, differs
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position)
    where item ->> 'name' <> all (featstore.key_columns(registered.definition)) and item ->> 'name' <> '_unparsed';
  if to_regclass(format('features.%I', history)) is null then
    execute format('create table features.%I (like features.%I)', history, featstore.rows_table(target.view, target.version, target.base_generation));
    execute format('alter table features.%I drop column _from, drop column _to, drop column _unparsed, add column _until timestamptz not null,
        add column _present boolean not null, add primary key (%s, _until)', history, key_list);
  end if;
  -- A run for the past tells nothing new of it.
  if previous.generation is null or previous.as_of >= target.as_of then return; end if;
  execute format('insert into features.%1$I (%2$s, %3$s, _until, _present)
      select %2$s, %4$s, %5$L, a._is_row is not null
      from (select true as _is_row, r.* from features.%6$I as r%7$s) as a full join (select true as _is_row, * from features.%8$I) as b using (%2$s)
      where a._is_row is null or b._is_row is null or %9$s
      on conflict do nothing',
    history, key_list, column_list,
    (select string_agg(format('a.%I', name), ', ' order by position)
      from (select item ->> 'name' as name, position from jsonb_array_elements(registered.columns) with ordinality as listed (item, position)) as named
      where name <> all (featstore.key_columns(registered.definition)) and name <> '_unparsed'),
    featstore.instant_text(target.as_of), previous.table_name,
    case when p_keys_table is null then '' else format(' join features.%I as wanted on %s', p_keys_table, featstore.entity_matching(registered.definition)) end,
    p_new, differs);
end $$;

-- Moves what an incremental run filled into the table of rows, and puts the SQL view of its generation in the place of
-- its table.
create function featstore.keep_changes(target featstore.generations) returns void language plpgsql as $$
declare
  registered featstore.feature_views;
  rows_table constant text := featstore.rows_table(target.view, target.version, target.base_generation);
  keys_table constant text := format('%s_v%s_changed', target.view, target.version);
  column_list text;
begin
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  select string_agg(format('%I', item ->> 'name'), ', ' order by position) into column_list
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position);
  perform set_config('random_page_cost', least(current_setting('random_page_cost')::float8, 1.1)::text, true);
  execute format('update features.%I as r set _to = %s from features.%I as wanted where r._to is null and %s',
    rows_table, target.generation, keys_table, featstore.entity_matching(registered.definition));
  execute format('insert into features.%1$I (%2$s, _from) select %2$s, %3$s from features.%4$I',
    rows_table, column_list, target.generation, target.table_name);
  execute format('drop table features.%I, features.%I', keys_table, target.table_name);
  perform featstore.create_generation_view(registered, target);
end $$;

-- Makes the run's generation the served one, and ends the run. Gives the new revision. `p_details`: {"unparsed",
-- "keepsHistory"}; with "nulls" of a full run; with "broken", the contracts that it breaks, and "reason", why it is published all the same.
drop function featstore.publish(bigint, bigint, jsonb, jsonb, text);
create function featstore.publish(p_run_id bigint, p_token bigint, p_details jsonb) returns bigint language plpgsql as $$
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
      broken_contracts = nullif(p_details -> 'broken', 'null'), forced_because = p_details ->> 'reason'
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

-- Compares two generations of the same as-of time, and keeps with the later one's run what the earlier one had wrong:
-- {rows, examples}. Sums of floats depend on the order of rows, so floats are the same to nine digits.
create function featstore.note_repairs(p_view text, p_version integer, p_before integer, p_after integer) returns jsonb language plpgsql as $$
declare
  registered featstore.feature_views;
  differs text;
  key_list text;
  key_object text;
  found jsonb;
begin
  select * into strict registered from featstore.feature_views where name = p_view and version = p_version;
  select string_agg(
      case when item ->> 'databaseType' in ('double precision', 'real')
        then format('(a.%1$I is null) <> (b.%1$I is null) or abs(a.%1$I - b.%1$I) > 1e-9 * greatest(abs(a.%1$I), abs(b.%1$I))', item ->> 'name')
        when item ->> 'databaseType' like 'vector%' then format('a.%1$I::text is distinct from b.%1$I::text', item ->> 'name')
        else format('a.%1$I is distinct from b.%1$I', item ->> 'name') end, ' or ')
    into differs from jsonb_array_elements(registered.columns) as listed (item)
    where item ->> 'name' <> all (featstore.key_columns(registered.definition));
  select string_agg(format('%I', key), ', ' order by position), string_agg(format('%1$L, %1$I', key), ', ' order by position)
    into key_list, key_object
    from unnest(featstore.key_columns(registered.definition)) with ordinality as listed (key, position);
  execute format($query$
      with differing as (
        select %1$s from (select true as is_row, * from features.%2$I) as a
          full join (select true as is_row, * from features.%3$I) as b using (%1$s)
          where a.is_row is null or b.is_row is null or %4$s)
      select jsonb_build_object('rows', (select count(*) from differing), 'examples', (
        select coalesce(jsonb_agg(jsonb_build_object(%5$s)), '[]') from (select * from differing order by %1$s limit 5) as examples))$query$,
      key_list, (select table_name from featstore.generations where view = p_view and version = p_version and generation = p_before),
      (select table_name from featstore.generations where view = p_view and version = p_version and generation = p_after), differs, key_object)
    into found;
  update featstore.runs set repaired = found
    where run_id = (select run_id from featstore.generations where view = p_view and version = p_version and generation = p_after);
  return found;
end $$;

-- As in 0001; a generation is a SQL view, and its rows go with the last that has them.
create or replace function featstore.drop_generation(p_view text, p_version integer, p_generation integer) returns boolean language plpgsql as $$
declare
  dropped featstore.generations;
begin
  select * into dropped from featstore.generations
    where view = p_view and version = p_version and generation = p_generation and state in ('building', 'filled', 'broken', 'published')
    for update skip locked;
  if not found then return false; end if;
  begin
    perform set_config('lock_timeout', '200ms', true);
    if exists (select from pg_catalog.pg_class where oid = to_regclass(format('features.%I', dropped.table_name)) and relkind = 'v') then
      execute format('drop view features.%I', dropped.table_name);
    else
      execute format('drop table if exists features.%I', dropped.table_name);
    end if;
    begin
      execute format('drop table if exists features.%I', featstore.rows_table(p_view, p_version, dropped.base_generation));
    exception
      when dependent_objects_still_exist then null; -- other generations' rows
    end;
  exception
    when lock_not_available or dependent_objects_still_exist then return false;
  end;
  update featstore.generations set state = case when state = 'published' then 'dropped' else 'failed' end
    where view = p_view and version = p_version and generation = p_generation;
  return true;
end $$;

-- As in 0001; leases without a run, tables of dead incremental runs, and views before the tables that they read.
create or replace function featstore.sweep(p_dead_tokens bigint[]) returns jsonb language plpgsql as $$
declare
  lease featstore.leases;
  stale featstore.generations;
  registered featstore.feature_views;
  left_token bigint;
  left_table text;
  abandoned jsonb := '[]';
  dropped jsonb := '[]';
  repaired jsonb := '[]';
begin
  for lease in
    select * from featstore.leases where expires_at <= clock_timestamp() or token = any (p_dead_tokens) order by name
  loop
    continue when not featstore.seize_lease(lease.token, lease.run_id);
    if lease.run_id is not null then
      perform featstore.end_run(lease.run_id, 'abandoned', 'holder_died', null);
      abandoned := abandoned || to_jsonb(lease.run_id::text);
    end if;
    delete from featstore.leases where token = lease.token;
  end loop;

  for left_token in
    select token from featstore.change_sets where token not in (select token from featstore.leases)
  loop
    begin
      perform set_config('lock_timeout', '200ms', true);
      perform featstore.drop_changes(left_token);
    exception
      when lock_not_available then null; -- the next sweep
    end;
  end loop;

  for registered in
    select * from featstore.feature_views as v
      where to_regclass(format('features.%I', format('%s_v%s_changed', v.name, v.version))) is not null
        and not exists (select from featstore.leases where name = format('feature_view:%s@%s', v.name, v.version))
  loop
    left_table := format('%s_v%s_changed', registered.name, registered.version);
    begin
      perform set_config('lock_timeout', '200ms', true);
      execute format('drop table if exists features.%I', left_table);
      dropped := dropped || to_jsonb(left_table);
    exception
      when lock_not_available then null; -- a run has begun, and it is the run's now
    end;
  end loop;

  -- A version whose sunset is past is served no longer, and what it held goes below.
  if exists (select from featstore.feature_views as v where v.served_generation is not null and featstore.view_state(v) = 'retired') then
    perform featstore.next_revision();
    update featstore.feature_views as v set served_generation = null
      where v.served_generation is not null and featstore.view_state(v) = 'retired';
  end if;

  for registered in
    select * from featstore.feature_views as v
      where v.history_since is not null and featstore.view_state(v) = 'retired'
  loop
    begin
      perform set_config('lock_timeout', '200ms', true);
      execute format('drop table if exists features.%I', format('%s_v%s_history', registered.name, registered.version));
      update featstore.feature_views set history_since = null where name = registered.name and version = registered.version;
    exception
      when lock_not_available then null; -- the next sweep
    end;
  end loop;

  -- First the views: a table cannot go while one still reads it.
  for registered in
    select * from featstore.feature_views
      where people_view_generation is distinct from served_generation order by name, version for update skip locked
  loop
    begin
      perform set_config('lock_timeout', '200ms', true);
      perform featstore.replace_people_view(registered.name, registered.version);
      repaired := repaired || to_jsonb(format('%s_v%s', registered.name, registered.version));
    exception
      when others then null; -- the next sweep
    end;
  end loop;

  for stale in
    select g.* from featstore.generations as g
      join featstore.feature_views as v on v.name = g.view and v.version = g.version
      join featstore.runs as r on r.run_id = g.run_id
      where g.generation is distinct from v.served_generation
        and (g.state in ('building', 'filled') and r.state <> 'running'
          or g.state in ('broken', 'published') and featstore.view_state(v) = 'retired'
          or g.state = 'broken' and exists (
            select from featstore.generations as newer
              where newer.view = g.view and newer.version = g.version and newer.generation > g.generation
                and (newer.state = 'broken' or newer.published_at is not null))
          or g.state = 'published' and 2 <= (
            select count(*) from featstore.generations as newer
              where newer.view = g.view and newer.version = g.version and newer.state = 'published' and newer.generation > g.generation))
      order by g.view, g.version, g.generation
  loop
    if featstore.drop_generation(stale.view, stale.version, stale.generation) then
      dropped := dropped || to_jsonb(stale.table_name);
    end if;
  end loop;
  return jsonb_build_object('abandonedRuns', abandoned, 'droppedTables', dropped, 'repairedViews', repaired);
end $$;
