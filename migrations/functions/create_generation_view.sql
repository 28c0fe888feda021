-- Creates the SQL view of a generation over its table of rows. Rows without an event time have the as-of time of the
-- generation. If an incremental run changed an entity, later generations read its new rows and no old ones.
-- Called by end_load, keep_changes.
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
