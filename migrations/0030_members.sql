-- What people do with their organisations. Each function is one change with its row in the audit log. It locks the
-- organisation first and then looks, in later statements, so that two changes at once see each other. The isolation
-- must be `read committed`. Every function returns its outcome as a word; names are checked by the server.
-- Locks are taken in this order: the person, organisations by id, everything else.

create table featstore.people (
  user_id text primary key references featstore_auth."user" on delete cascade,
  -- The organisation that the person works in at the moment; null: none.
  organisation_id text references featstore.organisations
);

create function featstore.role_of(p_organisation_id text, p_user_id text) returns text language sql stable as $$
  select role from featstore.members where organisation_id = p_organisation_id and user_id = p_user_id
$$;

-- True if a person with this confirmed mail address, who is no member of any organisation, may have a new one.
create function featstore.may_found(p_email text, p_signup text, p_domains text[]) returns boolean language sql stable as $$
  select p_signup = 'open'
    or (p_signup = 'domains' and split_part(p_email, '@', 2) = any (p_domains))
    or exists (select from featstore.operators where email = p_email)
$$;

-- True if they may have a new one or are invited.
create function featstore.may_join(p_email text, p_signup text, p_domains text[]) returns boolean language sql stable as $$
  select featstore.may_found(p_email, p_signup, p_domains) or (p_signup <> 'closed' and exists (
    select from featstore.invitations where email = p_email and expires_at > clock_timestamp()))
$$;

create function featstore.add_member(p_actor jsonb, p_organisation_id text, p_user_id text, p_role text)
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

-- Returns `joined` or `invitation_not_found`.
create function featstore.accept_invitation(p_actor jsonb, p_user_id text, p_invitation_id text)
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

-- Gives a person an organisation: the invited one, the one that they have, or a new one with the id
-- `p_organisation_id`. Repeating it changes nothing. `p_rules`: {"signup", "domains", "tier"}.
-- Returns `member`, `joined`, `founded` or `refused`.
create function featstore.sign_up(
  p_actor jsonb, p_user_id text, p_rules jsonb, p_organisation_id text, p_invitation_id text
) returns text language plpgsql as $$
declare
  v_email text;
  v_id text;
begin
  select email into v_email from featstore_auth."user" where id = p_user_id and "emailVerified" for no key update;
  if not found then return 'refused'; end if;
  if p_invitation_id is not null and featstore.accept_invitation(p_actor, p_user_id, p_invitation_id) = 'joined' then
    return 'joined';
  end if;
  perform from featstore.people join featstore.members using (user_id, organisation_id) where user_id = p_user_id;
  if found then return 'member'; end if;
  select organisation_id into v_id from featstore.members where user_id = p_user_id order by created_at limit 1;
  if found then
    insert into featstore.people (user_id, organisation_id) values (p_user_id, v_id)
      on conflict (user_id) do update set organisation_id = excluded.organisation_id;
    return 'member';
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
  if p_rules->>'signup' <> 'closed' then
    for v_id in select id from featstore.invitations where email = v_email order by created_at desc loop
      if featstore.accept_invitation(p_actor, p_user_id, v_id) = 'joined' then return 'joined'; end if;
    end loop;
  end if;
  return 'refused';
end $$;

-- Returns `switched` or `organisation_not_found`.
create function featstore.switch_organisation(p_user_id text, p_organisation_id text) returns text language plpgsql as $$
begin
  if featstore.role_of(p_organisation_id, p_user_id) is null then return 'organisation_not_found'; end if;
  update featstore.people set organisation_id = p_organisation_id where user_id = p_user_id;
  return 'switched';
end $$;

-- Returns `renamed`, `organisation_not_found` or `role_required`.
create function featstore.rename_organisation(p_actor jsonb, p_organisation_id text, p_name text)
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

-- Changes a role; `p_role` null removes the member. Anyone can remove themselves; only an owner touches owners.
-- Returns `changed`, `organisation_not_found`, `role_required`, `member_not_found` or `last_owner`.
create function featstore.change_member(p_actor jsonb, p_organisation_id text, p_user_id text, p_role text)
returns text language plpgsql as $$
declare
  v_own text;
  v_role text;
begin
  perform from featstore.organisations where id = p_organisation_id and deleted_at is null for no key update;
  if not found then return 'organisation_not_found'; end if;
  v_own := featstore.role_of(p_organisation_id, p_actor->>'id');
  v_role := featstore.role_of(p_organisation_id, p_user_id);
  if v_own is null then return 'role_required'; end if;
  if not (p_role is null and p_user_id = p_actor->>'id')
      and (v_own = 'member' or (v_own <> 'owner' and (v_role = 'owner' or coalesce(p_role, '') = 'owner'))) then
    return 'role_required';
  end if;
  if v_role is null then return 'member_not_found'; end if;
  if v_role = p_role then return 'changed'; end if;
  if v_role = 'owner' and not exists (
      select from featstore.members
      where organisation_id = p_organisation_id and user_id <> p_user_id and role = 'owner') then
    return 'last_owner';
  end if;
  if p_role is null then
    delete from featstore.members where organisation_id = p_organisation_id and user_id = p_user_id;
    update featstore.people set organisation_id = null
      where user_id = p_user_id and organisation_id = p_organisation_id;
    perform featstore.record_change(p_actor, p_organisation_id, 'member.removed', p_user_id,
      jsonb_build_object('role', v_role), null);
  else
    update featstore.members set role = p_role where organisation_id = p_organisation_id and user_id = p_user_id;
    perform featstore.record_change(p_actor, p_organisation_id, 'member.role_changed', p_user_id,
      jsonb_build_object('role', v_role), jsonb_build_object('role', p_role));
  end if;
  return 'changed';
end $$;

-- Invites a mail address; an earlier invitation of it is replaced. The audit log has no mail address.
-- Returns `invited`, `organisation_not_found`, `role_required`, `already_member` or `too_many_invitations`.
create function featstore.invite(p_actor jsonb, p_organisation_id text, p_id text, p_email text, p_role text)
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

-- Returns `withdrawn`, `role_required` or `invitation_not_found`.
create function featstore.withdraw_invitation(p_actor jsonb, p_organisation_id text, p_id text)
returns text language plpgsql as $$
begin
  perform from featstore.organisations where id = p_organisation_id for no key update;
  if coalesce(featstore.role_of(p_organisation_id, p_actor->>'id'), 'member') = 'member' then return 'role_required'; end if;
  delete from featstore.invitations where id = p_id and organisation_id = p_organisation_id;
  if not found then return 'invitation_not_found'; end if;
  perform featstore.record_change(p_actor, p_organisation_id, 'invitation.withdrawn', p_id, null, null);
  return 'withdrawn';
end $$;

-- Removes addresses and names from rows of the audit log, whose pseudonyms stay.
create function featstore.forget_actor(p_user_id text, p_organisation_id text) returns void language plpgsql as $$
begin
  perform set_config('featstore.audit_maintenance', 'on', true);
  update featstore.audit_log set
      address = null,
      before = case when jsonb_typeof(before) = 'object' then before - 'name' else before end,
      after = case when jsonb_typeof(after) = 'object' then after - 'name' else after end
    where organisation_id = p_organisation_id or (actor_kind = 'person' and actor_id = p_user_id and p_organisation_id is null);
  perform set_config('featstore.audit_maintenance', 'off', true);
end $$;

-- Deletes an organisation whose row the caller has locked: its keys stop at once, and nothing personal stays.
create function featstore.close_organisation(p_actor jsonb, p_organisation_id text) returns void language plpgsql as $$
declare
  v_key record;
begin
  for v_key in select id, revoked_at from featstore.api_keys where organisation_id = p_organisation_id loop
    -- A name may be a person's.
    update featstore.api_keys set name = id, revoked_at = coalesce(revoked_at, clock_timestamp()) where id = v_key.id;
    perform pg_notify('featstore_api_keys', v_key.id);
    if v_key.revoked_at is null then
      perform featstore.record_change(p_actor, p_organisation_id, 'key.revoked', v_key.id, null, null);
    end if;
  end loop;
  delete from featstore.invitations where organisation_id = p_organisation_id;
  delete from featstore.members where organisation_id = p_organisation_id;
  update featstore.people set organisation_id = null where organisation_id = p_organisation_id;
  update featstore.organisations set name = 'deleted', tenant = null, deleted_at = clock_timestamp()
    where id = p_organisation_id;
  perform featstore.record_change(p_actor, p_organisation_id, 'organisation.deleted', p_organisation_id, null, null);
  perform featstore.forget_actor(null, p_organisation_id);
end $$;

-- Returns `deleted`, `organisation_not_found` or `role_required`.
create function featstore.delete_organisation(p_actor jsonb, p_organisation_id text) returns text language plpgsql as $$
begin
  perform from featstore.organisations where id = p_organisation_id and deleted_at is null for no key update;
  if not found then return 'organisation_not_found'; end if;
  if featstore.role_of(p_organisation_id, p_actor->>'id') is distinct from 'owner' then return 'role_required'; end if;
  perform featstore.close_organisation(p_actor, p_organisation_id);
  return 'deleted';
end $$;

-- Deletes a person with everything about them, and the organisations that have no other member. Repeating it changes
-- nothing. Returns `deleted` or `last_owner`.
create function featstore.delete_account(p_actor jsonb, p_user_id text) returns text language plpgsql as $$
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
  -- Links and codes that were not used name the address.
  delete from featstore_auth.verification where position(v_email in identifier) > 0 or position(v_email in value) > 0;
  delete from featstore_auth."user" where id = p_user_id;
  perform featstore.record_change(v_actor, null, 'account.deleted', p_user_id, null, null);
  perform featstore.forget_actor(p_user_id, null);
  return 'deleted';
end $$;

-- Sets a tier, the tenant or limits, as the operator does. `p_value`: {"tier": …}, {"tenant": …} or {"limits": …}.
-- Returns `changed` or `organisation_not_found`.
create function featstore.set_organisation(p_actor jsonb, p_organisation_id text, p_field text, p_value jsonb)
returns text language plpgsql as $$
declare
  v_before jsonb;
begin
  select jsonb_build_object('tier', tier, 'tenant', tenant, 'limits', limits) into v_before
    from featstore.organisations where id = p_organisation_id and deleted_at is null for no key update;
  if not found then return 'organisation_not_found'; end if;
  update featstore.organisations set
      tier = coalesce(p_value->>'tier', tier),
      tenant = case when p_field = 'tenant' then p_value->>'tenant' else tenant end,
      limits = coalesce(p_value->'limits', limits)
    where id = p_organisation_id;
  perform featstore.record_change(p_actor, p_organisation_id, 'organisation.' || p_field || '_changed',
    p_organisation_id, jsonb_build_object(p_field, v_before->p_field), p_value);
  -- Servers remember keys with their limits.
  perform pg_notify('featstore_api_keys', id) from featstore.api_keys where organisation_id = p_organisation_id;
  return 'changed';
end $$;
