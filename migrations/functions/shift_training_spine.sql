-- Creates a view of the spine at a later time, for labels: the loaded rows, `p_seconds` later. Returns its name.
-- Called by plan-join.ts.
create or replace function featstore.shift_training_spine(p_id text, p_seconds bigint) returns text language plpgsql as $$
declare
  spine text;
  shifted constant text := format('training_spine_%s_%s', p_id, p_seconds);
  columns text;
begin
  select spine_table into strict spine from featstore.training_sets where id = p_id;
  select string_agg(case when attname = '_as_of' then format('_as_of + interval %L as _as_of', p_seconds || ' seconds') else format('%I', attname) end, ', ' order by attnum)
    into columns from pg_attribute
    where attrelid = format('featstore.%I', spine)::regclass and attnum > 0 and not attisdropped and attname <> '_passthrough';
  execute format('create or replace view featstore.%I as select %s from featstore.%I', shifted, columns, spine);
  return shifted;
end $$;
