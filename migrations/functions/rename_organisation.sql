-- Renames an organisation. Returns `renamed`, `organisation_not_found` or `role_required`.
-- Called by organisation-store.ts.
create or replace function featstore.rename_organisation(p_actor jsonb, p_organisation_id text, p_name text)
returns text language plpgsql as $$
declare
  v_name text;
begin
  select name into v_name from featstore.organisations
    where id = p_organisation_id and deleted_at is null for no key update;
  if not found then return 'organisation_not_found'; end if;
  if coalesce(featstore.role_of(p_organisation_id, p_actor->>'id'), 'member') = 'member' then return 'role_required'; end if;
  if v_name = p_name then return 'renamed'; end if;
  update featstore.organisations set name = p_name where id = p_organisation_id;
  perform featstore.record_change(p_actor, p_organisation_id, 'organisation.renamed', p_organisation_id,
    jsonb_build_object('name', v_name), jsonb_build_object('name', p_name));
  return 'renamed';
end $$;
