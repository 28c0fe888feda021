-- Compares two generations with the same as-of time, and stores with the later run what the earlier one had wrong:
-- {rows, examples}. Sums of floats depend on the order of rows, so floats are compared to nine digits.
-- Called by run-log.ts.
create or replace function featstore.note_repairs(p_view text, p_version integer, p_before integer, p_after integer) returns jsonb language plpgsql as $$
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
