-- Withdraws an invitation. Returns `withdrawn`, `role_required` or `invitation_not_found`.
-- Called by organisation-store.ts.
create or replace function featstore.withdraw_invitation(p_actor jsonb, p_organisation_id text, p_id text)
returns text language plpgsql as $$
begin
  perform from featstore.organisations where id = p_organisation_id for no key update;
  if coalesce(featstore.role_of(p_organisation_id, p_actor->>'id'), 'member') = 'member' then return 'role_required'; end if;
  delete from featstore.invitations where id = p_id and organisation_id = p_organisation_id;
  if not found then return 'invitation_not_found'; end if;
  perform featstore.record_change(p_actor, p_organisation_id, 'invitation.withdrawn', p_id, null, null);
  return 'withdrawn';
end $$;
