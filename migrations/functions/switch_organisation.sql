-- Sets the organisation in which a person works. Returns `switched` or `organisation_not_found`.
-- Called by organisation-store.ts.
create or replace function featstore.switch_organisation(p_user_id text, p_organisation_id text) returns text language plpgsql as $$
begin
  if featstore.role_of(p_organisation_id, p_user_id) is null then return 'organisation_not_found'; end if;
  update featstore.people set organisation_id = p_organisation_id where user_id = p_user_id;
  return 'switched';
end $$;
