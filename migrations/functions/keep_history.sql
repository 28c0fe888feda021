-- Keeps earlier rows of a view whose source has no history. If a row of the served generation differs from the new one,
-- `<view>_v<n>_history` gets it with `_until`, the new as-of time; `_present` false: there was no row. So the row at a
-- past time is the first with a later `_until`, or else the served one. `p_new` has the new rows, of all entities or of
-- those in `p_keys_table`.
-- Called by publish.
create or replace function featstore.keep_history(target featstore.generations, p_new text, p_keys_table text) returns void language plpgsql as $$
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
        -- Rows without an event time have the as-of time, whose change does not count.
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
  -- A run with a past as-of time adds nothing to the history.
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
