-- Returns the role of a person in an organisation, or null.
-- Called by change_member, delete_organisation, invite, rename_organisation, switch_organisation, withdraw_invitation.
create or replace function featstore.role_of(p_organisation_id text, p_user_id text) returns text language sql stable as $$
  select role from featstore.members where organisation_id = p_organisation_id and user_id = p_user_id
$$;
