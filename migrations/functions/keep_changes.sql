-- Moves the result of an incremental run into the tables of rows and changes, and replaces its table with the SQL view
-- of its generation.
-- Called by publish.
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
    -- Copies the columns of the table of rows, because a join needs the same collations.
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
