-- Gives a person an organisation: the one that they have, that of an invitation that they chose, or a new one with the
-- id `p_organisation_id`. Signing in accepts no invitation by itself, because anyone can ask for the mail that signs a
-- person in. Repeating it changes nothing. `p_rules`: {"signup", "domains", "tier"}. Returns `member`, `founded`,
-- `joined` or `refused`.
-- Called by organisation-store.ts.
create or replace function featstore.sign_up(
  p_actor jsonb, p_user_id text, p_rules jsonb, p_organisation_id text, p_invitation_id text
) returns text language plpgsql as $$
declare
  v_email text;
  v_id text;
begin
  select email into v_email from featstore_auth."user" where id = p_user_id and "emailVerified" for no key update;
  if not found then return 'refused'; end if;
  perform from featstore.people join featstore.members using (user_id, organisation_id) where user_id = p_user_id;
  if found then return 'member'; end if;
  select organisation_id into v_id from featstore.members where user_id = p_user_id order by created_at limit 1;
  if found then
    insert into featstore.people (user_id, organisation_id) values (p_user_id, v_id)
      on conflict (user_id) do update set organisation_id = excluded.organisation_id;
    return 'member';
  end if;
  if p_invitation_id is not null and featstore.accept_invitation(p_actor, p_user_id, p_invitation_id) = 'joined' then
    return 'joined';
  end if;
  if featstore.may_found(v_email, p_rules->>'signup',
      array(select jsonb_array_elements_text(p_rules->'domains'))) then
    insert into featstore.organisations (id, name, tier)
      values (p_organisation_id, left(split_part(v_email, '@', 1), 200), p_rules->>'tier');
    perform featstore.record_change(p_actor, p_organisation_id, 'organisation.founded', p_organisation_id, null,
      jsonb_build_object('tier', p_rules->>'tier'));
    perform featstore.add_member(p_actor, p_organisation_id, p_user_id, 'owner');
    return 'founded';
  end if;
  return 'refused';
end $$;
