-- Trigger on `generations`: stores the partitions of the view's sources before the rows are read. An incremental run
-- updates the served generation, so it takes over its list. Sources of another engine have none here.
-- Called by the trigger of the same name on generations.
create or replace function featstore.note_source_parts() returns trigger language plpgsql as $$
begin
  if new.engine <> 'postgres' then
    new.source_parts := null;
  elsif new.base_generation <> new.generation then
    new.source_parts := (
      select served.source_parts from featstore.generations as served
        join featstore.feature_views as v on v.name = served.view and v.version = served.version and v.served_generation = served.generation
        where served.view = new.view and served.version = new.version);
  else
    new.source_parts := (
      select featstore.source_parts(definition) from featstore.feature_views where name = new.view and version = new.version);
  end if;
  return new;
end $$;
