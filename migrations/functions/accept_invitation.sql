-- Makes a person a member by an invitation to their confirmed mail address, and deletes the invitation. Returns
-- `joined` or `invitation_not_found`. Locks the organisation.
-- Called by organisation-store.ts, sign_up.
create or replace function featstore.accept_invitation(p_actor jsonb, p_user_id text, p_invitation_id text)
returns text language plpgsql as $$
declare
  v_organisation_id text;
  v_role text;
begin
  select organisation_id into v_organisation_id from featstore.invitations where id = p_invitation_id;
  perform from featstore.organisations where id = v_organisation_id and deleted_at is null for no key update;
  if not found then return 'invitation_not_found'; end if;
  delete from featstore.invitations i using featstore_auth."user" u
    where i.id = p_invitation_id and i.expires_at > clock_timestamp()
      and u.id = p_user_id and u."emailVerified" and u.email = i.email
    returning i.role into v_role;
  if not found then return 'invitation_not_found'; end if;
  perform featstore.add_member(p_actor, v_organisation_id, p_user_id, v_role);
  return 'joined';
end $$;
