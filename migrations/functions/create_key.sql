-- Creates an API key from its document, which has the fingerprint of the secret but not the key. Records the change and
-- notifies the servers. Error: the key limit of the organisation (FS003).
-- Called by key-store.ts.
create or replace function featstore.create_key(p_key jsonb, p_actor jsonb, p_max_keys integer)
returns setof featstore.api_keys language plpgsql as $$
declare
  created featstore.api_keys;
begin
  perform featstore.make_room_for_key(p_key->>'organisation_id', null, p_max_keys);
  insert into featstore.api_keys
    (id, name, digest, secret_name, secret_fingerprint, scopes, organisation_id, tenant, created_by, expires_at, networks, limits)
  values (p_key->>'id', p_key->>'name', p_key->>'digest', p_key->>'secret_name', p_key->>'secret_fingerprint',
    array(select jsonb_array_elements_text(p_key->'scopes')), p_key->>'organisation_id', p_key->>'tenant',
    p_key->>'created_by', (p_key->>'expires_at')::timestamptz,
    array(select jsonb_array_elements_text(p_key->'networks')), p_key->'limits')
  returning * into created;
  perform featstore.record_change(p_actor, created.organisation_id, 'key.created', created.id,
    null, featstore.key_document(created));
  perform pg_notify('featstore_api_keys', created.id);
  return next created;
end $$;
