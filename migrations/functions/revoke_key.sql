-- Revokes a key, records it and notifies the servers. Returns the key, also if it was revoked before; no row if it does
-- not exist.
-- Called by key-store.ts.
create or replace function featstore.revoke_key(p_id text, p_actor jsonb)
returns setof featstore.api_keys language plpgsql as $$
declare
  revoked featstore.api_keys;
begin
  update featstore.api_keys k set revoked_at = clock_timestamp()
    where k.id = p_id and k.revoked_at is null returning * into revoked;
  if found then
    perform featstore.record_change(p_actor, revoked.organisation_id, 'key.revoked', p_id,
      featstore.key_document(revoked), null);
    perform pg_notify('featstore_api_keys', p_id);
    return next revoked;
  else
    return query select * from featstore.api_keys k where k.id = p_id;
  end if;
end $$;
