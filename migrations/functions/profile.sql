-- Computes the profile of a generation with a query over its table and stores it, or returns the stored one. Null: the
-- table is gone. Keeps the newest thousand profiles of a version.
-- Called by run-log.ts.
create or replace function featstore.profile(p_view text, p_version integer, p_generation integer, p_query text) returns jsonb language plpgsql as $$
declare
  made jsonb;
begin
  select profile into made from featstore.profiles where view = p_view and version = p_version and generation = p_generation;
  if found then return made; end if;
  -- This lock and the dropping of the table exclude each other.
  perform from featstore.generations
    where view = p_view and version = p_version and generation = p_generation and state in ('broken', 'published') for key share;
  if not found then return null; end if;
  perform set_config('extra_float_digits', '1', true); -- floats with all their digits
  -- PostgreSQL 16 sorts all rows for one of many distinct counts, which costs more than it saves.
  if current_setting('enable_presorted_aggregate', true) is not null then
    perform set_config('enable_presorted_aggregate', 'off', true);
  end if;
  execute p_query into made;
  insert into featstore.profiles (view, version, generation, profile) values (p_view, p_version, p_generation, made)
    on conflict do nothing;
  delete from featstore.profiles
    where view = p_view and version = p_version and generation <= p_generation - 1000;
  return made;
end $$;
