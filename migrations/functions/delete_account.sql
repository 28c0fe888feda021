-- Deletes a person with all personal data, and the organisations that have no other member. Repeating it changes
-- nothing. Returns `deleted` or `last_owner`.
-- Called by organisation-store.ts.
create or replace function featstore.delete_account(p_actor jsonb, p_user_id text) returns text language plpgsql as $$
declare
  v_email text;
  v_actor jsonb := p_actor || '{"address": null}';
  v_own record;
begin
  select email into v_email from featstore_auth."user" where id = p_user_id for update;
  if not found then return 'deleted'; end if;
  perform from featstore.organisations
    where id in (select organisation_id from featstore.members where user_id = p_user_id)
    order by id for no key update;
  perform from featstore.members own
    where own.user_id = p_user_id and own.role = 'owner'
      and exists (select from featstore.members o where o.organisation_id = own.organisation_id and o.user_id <> p_user_id)
      and not exists (select from featstore.members o
        where o.organisation_id = own.organisation_id and o.user_id <> p_user_id and o.role = 'owner');
  if found then return 'last_owner'; end if;
  for v_own in select organisation_id, role from featstore.members where user_id = p_user_id loop
    if exists (select from featstore.members
        where organisation_id = v_own.organisation_id and user_id <> p_user_id) then
      delete from featstore.members where organisation_id = v_own.organisation_id and user_id = p_user_id;
      perform featstore.record_change(v_actor, v_own.organisation_id, 'member.removed', p_user_id,
        jsonb_build_object('role', v_own.role), null);
    else
      perform featstore.close_organisation(v_actor, v_own.organisation_id);
    end if;
  end loop;
  delete from featstore.invitations where email = v_email;
  delete from featstore.operators where email = v_email;
  -- Unused links and codes contain the address.
  delete from featstore.sign_in_mails where email = v_email;
  delete from featstore_auth.verification where position(v_email in identifier) > 0 or position(v_email in value) > 0;
  delete from featstore_auth."user" where id = p_user_id;
  perform featstore.record_change(v_actor, null, 'account.deleted', p_user_id, null, null);
  perform featstore.forget_actor(p_user_id, null);
  return 'deleted';
end $$;
