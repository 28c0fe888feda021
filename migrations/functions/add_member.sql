-- Adds a person to an organisation, with a row in the audit log, and makes it the organisation that they work in. The
-- caller has locked the organisation.
-- Called by accept_invitation, sign_up.
create or replace function featstore.add_member(p_actor jsonb, p_organisation_id text, p_user_id text, p_role text)
returns void language plpgsql as $$
begin
  insert into featstore.members (organisation_id, user_id, role) values (p_organisation_id, p_user_id, p_role)
    on conflict do nothing;
  if found then
    perform featstore.record_change(p_actor, p_organisation_id, 'member.added', p_user_id, null,
      jsonb_build_object('role', p_role));
  end if;
  insert into featstore.people (user_id, organisation_id) values (p_user_id, p_organisation_id)
    on conflict (user_id) do update set organisation_id = excluded.organisation_id;
end $$;
