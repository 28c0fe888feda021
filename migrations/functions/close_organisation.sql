-- Deletes an organisation that the caller has locked. Its keys stop at once, and its personal data is deleted.
-- Called by delete_account, delete_organisation.
create or replace function featstore.close_organisation(p_actor jsonb, p_organisation_id text) returns void language plpgsql as $$
declare
  v_key record;
begin
  for v_key in select id, revoked_at from featstore.api_keys where organisation_id = p_organisation_id loop
    -- The name of a key may contain a person's name.
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
