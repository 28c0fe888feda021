-- Search among vectors. Those of each embedding are in a table of their own, `vectors_<id>`, with an index that outlives
-- generations: a row is written only where a vector changed, and says which generations have it, from `_from` on and
-- before `_to`. Only what can be found is in it: a row with an event time and a vector; under cosine, none of length 0.
-- Nothing here names pgvector's types outside of texts that are run, so that a PostgreSQL without it takes this file.

create table featstore.vector_tables (
  vector_table_id bigint generated always as identity primary key,
  view text not null,
  version integer not null,
  feature text not null,
  table_name text not null generated always as ('vectors_' || vector_table_id::text) stored,
  metric text not null,
  dimensions integer not null,
  -- Those that it has, in ascending order. Of any other its rows say nothing.
  generations integer[] not null default '{}',
  -- Vectors of the newest of them.
  rows bigint not null default 0,
  -- {"kind": "hnsw", "m", "ef_construction", "ef_search"}; null: none, every search is exact.
  index jsonb,
  -- Of the index: {"at", "sample", "recall"}, against exact search.
  recall jsonb,
  updated_at timestamptz not null default clock_timestamp(),
  unique (view, version, feature),
  foreign key (view, version) references featstore.feature_views (name, version) on update cascade on delete cascade
);

create function featstore.drop_vectors(p_view text, p_version integer) returns void language plpgsql as $$
declare
  dropped text;
begin
  for dropped in
    delete from featstore.vector_tables where view = p_view and version = p_version returning table_name
  loop
    execute format('drop table if exists features.%I', dropped);
  end loop;
end $$;

create function featstore.distance_operator(p_metric text) returns text language sql immutable as
  $$ select case p_metric when 'l2' then '<->' when 'inner_product' then '<#>' else '<=>' end $$;

-- What the index of a table `r` of vectors is over: of more than 2,000 dimensions, half their precision.
create function featstore.indexed_vector(p_dimensions integer, p_vector text) returns text language sql immutable as
  $$ select case when p_dimensions > 2000 then format('(%s::halfvec(%s))', p_vector, p_dimensions) else p_vector end $$;

-- Builds the index of a table of vectors. Gives it as `vector_tables` has it, without "ef_search".
create function featstore.index_vectors(held featstore.vector_tables, p_rows bigint) returns jsonb language plpgsql as $$
declare
  index_text constant text := format('create index %I on features.%I using hnsw (%s %s_%s_ops) with (m = 16, ef_construction = 100)',
    held.table_name || '_index', held.table_name, featstore.indexed_vector(held.dimensions, '_vector'),
    case when held.dimensions > 2000 then 'halfvec' else 'vector' end,
    case held.metric when 'inner_product' then 'ip' else held.metric end);
  -- A graph that does not fit is built many times slower.
  wanted_bytes constant bigint := least(p_rows * (held.dimensions * 4 + 512) * 5 / 4, 2000000000);
begin
  if wanted_bytes > pg_size_bytes(current_setting('maintenance_work_mem')) then
    perform set_config('maintenance_work_mem', format('%skB', wanted_bytes / 1024), true);
  end if;
  begin
    execute index_text;
  exception
    when insufficient_resources or disk_full then
      -- Workers share memory, of which a container may have little.
      perform set_config('max_parallel_maintenance_workers', '0', true);
      execute index_text;
  end;
  return jsonb_build_object('kind', 'hnsw', 'm', 16, 'ef_construction', 100);
end $$;

-- Compares the index with exact search for a sample of the vectors, each among the others, and finds how many candidates a
-- search has to keep for a recall@10 of 0.98: the least of 100, 200, 400 and 800, or the most. Gives {ef_search, recall}.
create function featstore.measure_recall(held featstore.vector_tables) returns jsonb language plpgsql as $$
declare
  places text[];
  queries text[];
  farthest float8[] := '{}';
  wanted bigint := 0;
  found bigint;
  own bigint;
  own_farthest float8;
  nearest constant text := format('select _vector %s $1::vector as distance from features.%I
      where _to is null and ctid <> $2::tid', featstore.distance_operator(held.metric), held.table_name);
  keeps integer;
begin
  execute format('select array_agg(ctid::text), array_agg(_vector::text) from features.%1$I
      where ctid = any (array(select ctid from features.%1$I where _to is null order by hashtext(ctid::text), ctid limit 50))', held.table_name)
    into places, queries;
  for place in 1 .. coalesce(cardinality(queries), 0) loop
    -- By a sum, which no index is of.
    execute format('select count(*), max(distance) from (%s order by (_vector %s $1::vector) + 0 limit 10) as nearest',
        nearest, featstore.distance_operator(held.metric))
      into own, own_farthest using queries[place], places[place];
    wanted := wanted + own;
    farthest := farthest || own_farthest;
  end loop;
  perform set_config('hnsw.iterative_scan', 'strict_order', true), set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true);
  foreach keeps in array array[100, 200, 400, 800] loop
    perform set_config('hnsw.ef_search', keeps::text, true);
    found := 0;
    for place in 1 .. coalesce(cardinality(queries), 0) loop
      execute format('select count(*) from (%s order by %s %s %s limit 10) as nearest where distance <= $3', nearest,
          featstore.indexed_vector(held.dimensions, '_vector'), featstore.distance_operator(held.metric),
          featstore.indexed_vector(held.dimensions, '$1::vector'))
        into own using queries[place], places[place], farthest[place];
      found := found + own;
    end loop;
    exit when found >= 0.98 * wanted;
  end loop;
  perform set_config('enable_seqscan', 'on', true), set_config('enable_sort', 'on', true);
  return jsonb_build_object('ef_search', keeps, 'recall', jsonb_build_object('at', 10, 'sample', coalesce(cardinality(queries), 0),
    'recall', round(found::numeric / nullif(wanted, 0), 4)));
end $$;

-- Brings one embedding's table of vectors up to a generation; see `keep_vectors`.
create function featstore.keep_vectors_of(registered featstore.feature_views, target featstore.generations, p_feature jsonb, p_most bigint) returns void
language plpgsql as $$
declare
  feature_name constant text := p_feature ->> 'name';
  vector_metric constant text := coalesce(p_feature #>> '{embedding,metric}', 'cosine');
  vector_dimensions constant integer := substring(p_feature ->> 'type' from '[0-9]+')::integer;
  held featstore.vector_tables;
  is_new boolean;
  replaced text;
  newest integer;
  key_list text;
  matching text;
  source text;
  changed text := '';
  changed_rows bigint;
  ended_rows bigint := 0;
  written_rows bigint;
  oldest integer;
  measured jsonb;
begin
  select string_agg(format('%I', key), ', ' order by position), string_agg(format('s.%1$I = r.%1$I', key), ' and ' order by position)
    into key_list, matching
    from unnest(featstore.key_columns(registered.definition)) with ordinality as listed (key, position);
  loop
    insert into featstore.vector_tables (view, version, feature, metric, dimensions)
      values (target.view, target.version, feature_name, vector_metric, vector_dimensions) on conflict (view, version, feature) do nothing;
    select * into held from featstore.vector_tables as t
      where t.view = target.view and t.version = target.version and t.feature = feature_name for update;
    exit when found;
  end loop;
  newest := held.generations[cardinality(held.generations)];
  if newest >= target.generation then return; end if;
  is_new := newest is null;
  -- Of a generation in the same table of rows, what changed since the last is known.
  if not is_new and target.base_generation <> target.generation and newest >= target.base_generation then
    changed := format(' and exists (select from features.%I as wanted where %s and wanted._generation > %s and wanted._generation <= %s)',
      featstore.changes_table(target.view, target.version, target.base_generation), featstore.entity_matching(registered.definition),
      newest, target.generation);
  end if;
  source := format('select %s, r.%I as _vector from features.%I as r where r._event_time is not null and r.%I is not null%s%s',
    key_list, feature_name, target.table_name, feature_name, case when vector_metric = 'cosine' then format(' and vector_norm(r.%I) > 0', feature_name) else '' end, changed);

  if not is_new then
    execute format('select count(*) from (%s) as s where not exists (
        select from features.%I as r where %s and r._to is null and r._vector = s._vector)', source, held.table_name, matching)
      into changed_rows;
    -- To bring very many into an index takes longer than to build it.
    if changed_rows > greatest(1000, 0.3 * held.rows) then
      replaced := held.table_name;
      delete from featstore.vector_tables where vector_table_id = held.vector_table_id;
      insert into featstore.vector_tables (view, version, feature, metric, dimensions)
        values (target.view, target.version, feature_name, vector_metric, vector_dimensions) returning * into held;
      is_new := true;
      source := replace(source, changed, '');
      changed := '';
    end if;
  end if;
  if is_new then
    execute format('create table features.%I as select %s, r.%I as _vector, %s as _from, null::integer as _to from features.%I as r with no data',
      held.table_name, key_list, feature_name, target.generation, target.table_name);
  else
    execute format('update features.%I as r set _to = %s where r._to is null%s and not exists (
        select from (%s) as s where %s and s._vector = r._vector)', held.table_name, target.generation, changed, source, matching);
    get diagnostics ended_rows = row_count;
  end if;
  execute format('insert into features.%I (%2$s, _vector, _from) select %2$s, _vector, %3$s from (%4$s) as s where not exists (
      select from features.%1$I as r where %5$s and r._to is null)', held.table_name, key_list, target.generation, source, matching);
  get diagnostics written_rows = row_count;
  held.rows := held.rows - ended_rows + written_rows;
  if is_new then
    execute format('alter table features.%I add primary key (%s, _from)', held.table_name, key_list);
  end if;

  oldest := held.generations[1];
  held.generations := array(
    select g.generation from featstore.generations as g
      where g.view = target.view and g.version = target.version and g.state = 'published' and g.generation = any (held.generations)
      order by g.generation) || target.generation;
  if held.generations[1] > oldest then
    execute format('delete from features.%I where _to <= %s', held.table_name, held.generations[1]);
  end if;
  if changed = '' then
    execute format('analyze features.%I', held.table_name);
    -- Erasures took some.
    execute format('select count(*) from features.%I where _to is null', held.table_name) into held.rows;
  end if;
  -- Fewer are compared one by one as fast. Of more than 4,000 dimensions there is no index.
  if held.index is null and held.rows >= 1000 and coalesce(held.rows <= p_most, true) and held.dimensions <= 4000 then
    held.index := featstore.index_vectors(held, held.rows);
    held.recall := null;
  end if;
  if held.index is not null and (held.recall is null or changed = '') then
    measured := featstore.measure_recall(held);
    held.index := held.index || jsonb_build_object('ef_search', measured -> 'ef_search');
    held.recall := measured -> 'recall';
  end if;
  update featstore.vector_tables set generations = held.generations, rows = held.rows, index = held.index, recall = held.recall,
      updated_at = clock_timestamp()
    where vector_table_id = held.vector_table_id;
  if replaced is not null then execute format('drop table features.%I', replaced); end if;
end $$;

-- Brings the tables of a view version's vectors up to a published generation. No index of more than `p_most` vectors is built; null:
-- of any number.
create function featstore.keep_vectors(p_view text, p_version integer, p_generation integer, p_most bigint) returns void language plpgsql as $$
declare
  registered featstore.feature_views;
  target featstore.generations;
  vectors jsonb;
begin
  select * into registered from featstore.feature_views where name = p_view and version = p_version;
  -- An erasure, which changes the row where it takes something from the generation, waits for us, or we for it.
  select * into target from featstore.generations
    where view = p_view and version = p_version and generation = p_generation and state = 'published' for share;
  if not found then return; end if;
  perform set_config('jit', 'off', true);
  execute 'select ''[1]''::vector'; -- pgvector's settings are known from its first use on
  for vectors in
    select item from jsonb_array_elements(registered.definition -> 'features') as listed (item) where item ->> 'type' like 'vector(%'
  loop
    perform featstore.keep_vectors_of(registered, target, vectors, p_most);
  end loop;
end $$;

-- The nearest `p_k` vectors of a generation. `p_texts`, of which `$1` is `p_parameters`, and `{vectors}` the table that has
-- the generation's vectors, else "generation", a query with the same columns: "few" gives how many candidates there are,
-- counted up to 5,001, and the nearest as arrays of keys and distances if they are at most 5,000; "indexed" such arrays by the index;
-- "exact" them as rows. "few" is absent where all are candidates, "indexed" where the index is of another metric.
create function featstore.search_vectors(p_view text, p_version integer, p_feature text, p_generation integer, p_texts jsonb,
  p_parameters text[], p_k integer) returns table (method text, key text, distance double precision) language plpgsql as $$
declare
  held featstore.vector_tables;
  vectors text;
  candidates bigint;
  keys text[];
  distances float8[];
begin
  select * into held from featstore.vector_tables as t
    where t.view = p_view and t.version = p_version and t.feature = p_feature and p_generation = any (t.generations);
  vectors := case when found then format('features.%I', held.table_name) else p_texts ->> 'generation' end;
  perform set_config('jit', 'off', true);
  if p_texts ? 'few' then
    execute replace(p_texts ->> 'few', '{vectors}', vectors) into candidates, keys, distances using p_parameters;
    if candidates <= 5000 then
      return query select 'exact', nearest.* from unnest(keys, distances) as nearest;
      return;
    end if;
  end if;
  if held.index is not null and p_texts ? 'indexed' then
    execute 'select ''[1]''::vector'; -- pgvector's settings are known from its first use on
    perform set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.max_scan_tuples', '40000', true),
      set_config('hnsw.scan_mem_multiplier', '4', true),
      set_config('hnsw.ef_search', least(1000, greatest((held.index ->> 'ef_search')::integer, 2 * p_k))::text, true),
      -- Its costs are known badly, above all those of conditions that few vectors meet.
      set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true);
    execute replace(p_texts ->> 'indexed', '{vectors}', vectors) into keys, distances using p_parameters;
    perform set_config('enable_seqscan', 'on', true), set_config('enable_sort', 'on', true);
    if cardinality(keys) >= p_k then
      return query select 'hnsw', nearest.* from unnest(keys, distances) as nearest;
      return;
    end if;
  end if;
  return query execute replace(p_texts ->> 'exact', '{vectors}', vectors) using p_parameters;
end $$;

-- As in 0018; the vectors of a version go with its last generation.
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
      execute format('drop table if exists features.%I, features.%I', featstore.rows_table(p_view, p_version, dropped.base_generation),
        featstore.changes_table(p_view, p_version, dropped.base_generation));
    exception
      when dependent_objects_still_exist then null; -- other generations' rows
    end;
    if not exists (select from featstore.generations
        where view = p_view and version = p_version and generation <> p_generation and state = 'published') then
      perform featstore.drop_vectors(p_view, p_version);
    end if;
  exception
    when lock_not_available or dependent_objects_still_exist then return false;
  end;
  update featstore.generations set state = case when state = 'published' then 'dropped' else 'failed' end
    where view = p_view and version = p_version and generation = p_generation;
  return true;
end $$;

-- As in 0018; from the tables of vectors as well.
create or replace function featstore.erase_from_view(registered featstore.feature_views, request jsonb) returns jsonb language plpgsql as $$
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
        and substr(relname::text, length(prefix) + 1) ~ '^(g[0-9]+(_rows|_keys|_changes)?|history)$'
      order by 1
  loop
    begin
      if kept like '%\_keys' then
        -- Of a backfill: keys, and no rows to be counted.
        if not is_trial then execute format('delete from features.%I as r where %s', kept, of_key); end if;
        gone := 0;
      elsif kept like '%\_changes' then
        -- Of a key that other tenants have as well, it says which of their rows are no longer.
        if not is_trial then
          execute format('delete from features.%I as r where %s%s', kept, of_key, case when tenant is not null and is_scoped then
            format(' and not exists (select from features.%I as r where %s and r._tenant <> %L)', regexp_replace(kept, 'changes$', 'rows'), of_key, tenant)
            else '' end);
        end if;
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
  for kept in select table_name from featstore.vector_tables where view = registered.name and version = registered.version loop
    -- What they hold was counted above.
    begin
      if not is_trial then execute format('delete from features.%I as r where %s', kept, conditions); end if;
    exception
      when undefined_table then -- it was made anew meanwhile, of rows that may have the key
        perform featstore.drop_vectors(registered.name, registered.version);
    end;
  end loop;
  -- An interrupted backfill keeps the keys of entities that are still to be computed.
  if not is_trial then perform featstore.drop_interrupted_of(registered.name, registered.version, 'erased'); end if;
  return jsonb_build_object('view', registered.name, 'version', registered.version, 'rows', gone_rows, 'history', gone_history,
    'skipped', null);
end $$;
