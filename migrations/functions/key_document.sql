-- Returns what the audit log and the API show of a key, which is never its digest.
-- Called by create_key, revoke_key.
create or replace function featstore.key_document(k featstore.api_keys) returns jsonb language sql stable as $$
  select jsonb_build_object('name', k.name, 'scopes', to_jsonb(k.scopes), 'tenant', k.tenant,
    'networks', to_jsonb(k.networks), 'limits', k.limits, 'expires_at', k.expires_at)
$$;
