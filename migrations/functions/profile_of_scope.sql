-- Computes the profile of one tenant's rows in a generation with a query over its table, and does not store it. Null:
-- the table is gone.
-- Called by quality-store.ts.
create or replace function featstore.profile_of_scope(p_view text, p_version integer, p_generation integer, p_query text) returns jsonb
language plpgsql as $$
declare
  made jsonb;
begin
  perform from featstore.generations
    where view = p_view and version = p_version and generation = p_generation and state in ('broken', 'published');
  if not found then return null; end if;
  perform set_config('extra_float_digits', '1', true);
  execute p_query into made;
  return made;
exception
  when undefined_table then return null; -- it was dropped in the meantime
end $$;
