-- Creates or replaces the SQL view that people query, `features.<view>_v<n>`. It is typed and empty until the first
-- publish, and always has the same types and collations, because `create or replace view` accepts no others. Drops the
-- view of a version whose sunset has passed; if other views depend on it, it stays and is empty.
-- Called by apply, publish, sweep.
create or replace function featstore.replace_people_view(p_name text, p_version integer) returns void language plpgsql as $$
declare
  registered featstore.feature_views;
  served_table text;
  selected text;
begin
  select * into registered from featstore.feature_views where name = p_name and version = p_version;
  if registered.served_generation is null and featstore.view_state(registered) = 'retired' then
    begin
      execute format('drop view if exists features.%I', format('%s_v%s', p_name, p_version));
      update featstore.feature_views set people_view_generation = null where name = p_name and version = p_version;
      return;
    exception
      when dependent_objects_still_exist then null;
    end;
  end if;
  select table_name into served_table from featstore.generations
    where view = p_name and version = p_version and generation = registered.served_generation;
  select string_agg(
      case
        when served_table is null then format('cast(null as %s)', item ->> 'databaseType')
          || case when type.typcollation <> 0 and is_key then ' collate pg_catalog."C"' else '' end
        -- Without a cast, so that the primary key serves conditions on the view.
        when is_key then format('%I', item ->> 'name')
        else format('cast(%I as %s)', item ->> 'name', item ->> 'databaseType')
      end || format(' as %I', item ->> 'name'),
      ', ' order by position)
    into selected
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position)
    cross join lateral (select item ->> 'name' = any (featstore.key_columns(registered.definition)) as is_key) as k
    left join pg_catalog.pg_type as type on type.oid = to_regtype(item ->> 'databaseType')
    where item ->> 'name' <> '_unparsed';
  execute format('create or replace view features.%I as select %s %s',
    format('%s_v%s', p_name, p_version),
    selected,
    case when served_table is null then 'where false' else format('from features.%I', served_table) end);
  update featstore.feature_views set people_view_generation = registered.served_generation
    where name = p_name and version = p_version;
end $$;
