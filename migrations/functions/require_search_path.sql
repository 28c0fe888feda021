-- Refuses to read a source's query under another search path than when the version was applied, because names without a
-- schema could mean other tables. Compiled SQL calls it for each such query.
-- Called by dialect.ts.
create or replace function featstore.require_search_path(p_applied text[]) returns boolean language plpgsql stable parallel safe as $$
begin
  if current_schemas(false)::text[] <> p_applied then
    perform featstore.raise_error('search_path_changed',
      jsonb_build_object('applied', p_applied, 'now', current_schemas(false)::text[]));
  end if;
  return true;
end $$;
