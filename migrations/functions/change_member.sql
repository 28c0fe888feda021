-- Changes the role of a member; `p_role` null removes the member. Anyone can remove themselves; only an owner can
-- change owners. Returns `changed`, `organisation_not_found`, `role_required`, `member_not_found` or `last_owner`.
-- Called by organisation-store.ts.
create or replace function featstore.change_member(p_actor jsonb, p_organisation_id text, p_user_id text, p_role text)
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
