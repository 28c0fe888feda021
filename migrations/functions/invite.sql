-- Invites a mail address and replaces an earlier invitation to it. The audit log does not get the address. Returns
-- `invited`, `organisation_not_found`, `role_required`, `already_member` or `too_many_invitations`.
-- Called by organisation-store.ts.
create or replace function featstore.invite(p_actor jsonb, p_organisation_id text, p_id text, p_email text, p_role text)
returns text language plpgsql as $$
declare
  v_own text;
begin
  perform from featstore.organisations where id = p_organisation_id and deleted_at is null for no key update;
  if not found then return 'organisation_not_found'; end if;
  v_own := coalesce(featstore.role_of(p_organisation_id, p_actor->>'id'), 'member');
  if v_own = 'member' or (v_own <> 'owner' and p_role = 'owner') then return 'role_required'; end if;
  perform from featstore.members m join featstore_auth."user" u on u.id = m.user_id
    where m.organisation_id = p_organisation_id and u.email = p_email;
  if found then return 'already_member'; end if;
  delete from featstore.invitations
    where organisation_id = p_organisation_id and (email = p_email or expires_at <= clock_timestamp());
  if (select count(*) from featstore.invitations where organisation_id = p_organisation_id) >= 100 then
    return 'too_many_invitations';
  end if;
  insert into featstore.invitations (id, organisation_id, email, role, invited_by, expires_at)
    values (p_id, p_organisation_id, p_email, p_role, p_actor->>'id', clock_timestamp() + interval '7 days');
  perform featstore.record_change(p_actor, p_organisation_id, 'invitation.sent', p_id, null,
    jsonb_build_object('role', p_role));
  return 'invited';
end $$;
