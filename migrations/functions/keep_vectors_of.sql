-- Updates the table of vectors of one embedding to a generation; see `keep_vectors`.
-- Called by keep_vectors.
create or replace function featstore.keep_vectors_of(registered featstore.feature_views, target featstore.generations, p_feature jsonb, p_most bigint) returns void
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
  -- If the last generation is in the same table of rows, that table says what changed since.
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
    -- Adding very many vectors to an index takes longer than building it.
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
    -- Erasures removed some.
    execute format('select count(*) from features.%I where _to is null', held.table_name) into held.rows;
  end if;
  -- Comparing fewer vectors one by one is as fast. pgvector has no index for more than 4,000 dimensions.
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
