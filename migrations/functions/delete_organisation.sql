-- Deletes an organisation for one of its owners. Returns `deleted`, `organisation_not_found` or `role_required`.
-- Called by organisation-store.ts.
create or replace function featstore.delete_organisation(p_actor jsonb, p_organisation_id text) returns text language plpgsql as $$
begin
  perform from featstore.organisations where id = p_organisation_id and deleted_at is null for no key update;
  if not found then return 'organisation_not_found'; end if;
  if featstore.role_of(p_organisation_id, p_actor->>'id') is distinct from 'owner' then return 'role_required'; end if;
  perform featstore.close_organisation(p_actor, p_organisation_id);
  return 'deleted';
end $$;
