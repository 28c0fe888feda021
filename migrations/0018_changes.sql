-- What incremental runs computed anew stands beside the rows that they end, `<generation>_changes`: to write it into those
-- rows wrote their pages anew, wherever they were. `_to`, which said it before, is null in all rows from here on.

create function featstore.changes_table(p_view text, p_version integer, p_base_generation integer) returns text language sql immutable as
  $$ select format('%s_v%s_g%s_changes', p_view, p_version, p_base_generation) $$;

-- Whose rows were ended by `_to`: the next runs of those views are full.
update featstore.generations set horizon = null where base_generation <> generation;

-- As in 0007; of rows before a change of their entity, the generations from the change on have none.
create or replace function featstore.create_generation_view(registered featstore.feature_views, target featstore.generations) returns void
language plpgsql as $$
begin
  execute format('create view features.%I as select %s from features.%I as r where r._from <= %s%s',
    target.table_name,
    (select string_agg(
        case when item ->> 'name' = '_event_time' and jsonb_typeof(registered.definition -> 'source' -> 'eventTime') = 'null'
          then format('case when r._event_time is not null then cast(%L as timestamptz) end as _event_time', featstore.instant_text(target.as_of))
          else format('r.%I', item ->> 'name') end,
        ', ' order by position)
      from jsonb_array_elements(registered.columns) with ordinality as listed (item, position)),
    featstore.rows_table(target.view, target.version, target.base_generation), target.generation,
    case when target.generation = target.base_generation then '' else format(
      ' and not exists (select from features.%I as wanted where %s and wanted._generation > r._from and wanted._generation <= %s)',
      featstore.changes_table(target.view, target.version, target.base_generation),
      featstore.entity_matching(registered.definition), target.generation) end);
end $$;

-- As in 0007, but for how rows end.
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
    execute format('create table features.%1$I (like features.%2$I, _generation integer not null, primary key (%3$s, _generation))',
      changes_table, keys_table, key_list);
  end if;
  execute format('insert into features.%1$I (%2$s, _generation) select %2$s, %3$s from features.%4$I',
    changes_table, key_list, target.generation, keys_table);
  execute format('analyze features.%I', changes_table);
  execute format('insert into features.%1$I (%2$s, _from) select %2$s, %3$s from features.%4$I',
    rows_table, column_list, target.generation, target.table_name);
  execute format('drop table features.%I, features.%I', keys_table, target.table_name);
  perform featstore.create_generation_view(registered, target);
end $$;

-- As in 0007; what is beside the rows goes with them.
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
  exception
    when lock_not_available or dependent_objects_still_exist then return false;
  end;
  update featstore.generations set state = case when state = 'published' then 'dropped' else 'failed' end
    where view = p_view and version = p_version and generation = p_generation;
  return true;
end $$;

-- As in 0013; a changed key is one that is kept, too.
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
  -- An interrupted backfill keeps the keys of entities that are still to be computed.
  if not is_trial then perform featstore.drop_interrupted_of(registered.name, registered.version, 'erased'); end if;
  return jsonb_build_object('view', registered.name, 'version', registered.version, 'rows', gone_rows, 'history', gone_history,
    'skipped', null);
end $$;
