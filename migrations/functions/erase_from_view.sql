-- Erases a key from one view version, and counts its rows in all generations, the history and the vectors. Returns
-- {view, version, rows, history, skipped}. `skipped`: `other_key` if the version's key has other parts, `shared` if its
-- rows have no tenant and the request names one.
-- Called by erase.
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
    -- An interrupted backfill keeps keys, and would continue with them.
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

  -- Looks at the tables, not only at `generations`: a table that could not be dropped yet holds the key as well.
  for kept in
    select relname::text from pg_catalog.pg_class
      where relnamespace = 'features'::regnamespace and relkind in ('r', 'p') and starts_with(relname::text, prefix)
        and substr(relname::text, length(prefix) + 1) ~ '^(g[0-9]+(_rows|_keys|_changes)?|history)$'
      order by 1
  loop
    begin
      if kept like '%\_keys' then
        -- A backfill's table of keys has no rows to count.
        if not is_trial then execute format('delete from features.%I as r where %s', kept, of_key); end if;
        gone := 0;
      elsif kept like '%\_changes' then
        -- If other tenants have the key as well, the table says which of their rows have ended.
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
      when undefined_table then null; -- it was dropped in the meantime
    end;
  end loop;
  for kept in select table_name from featstore.vector_tables where view = registered.name and version = registered.version loop
    -- The rows of vectors were counted above.
    begin
      if not is_trial then execute format('delete from features.%I as r where %s', kept, conditions); end if;
    exception
      when undefined_table then -- it was created again in the meantime, from rows that may have the key
        perform featstore.drop_vectors(registered.name, registered.version);
    end;
  end loop;
  -- An interrupted backfill keeps the keys of entities that it has not computed yet.
  if not is_trial then perform featstore.drop_interrupted_of(registered.name, registered.version, 'erased'); end if;
  return jsonb_build_object('view', registered.name, 'version', registered.version, 'rows', gone_rows, 'history', gone_history,
    'skipped', null);
end $$;
