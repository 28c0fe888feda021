-- Drops the SQL view of a generation. Drops the rows, the changes and the vectors with the last generation that reads
-- them. Returns false if somebody reads them at the moment; the next sweep tries again.
-- Called by drop_interrupted, end_run, remove_view, sweep.
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
