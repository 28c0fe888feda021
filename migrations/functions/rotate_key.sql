-- Creates the key that replaces another. The old key works until its grace period ends; both share their limits.
-- `p_new`: {"id", "digest", "secret_name", "secret_fingerprint"}, and {"expires_at"} if it differs from the old key's.
-- Errors (FS003): key_already_rotated, key_not_active, and the key limit of the organisation.
-- Called by key-store.ts.
create or replace function featstore.rotate_key(
  p_id text, p_new jsonb, p_grace_seconds double precision, p_actor jsonb, p_max_keys integer
) returns setof featstore.api_keys language plpgsql as $$
declare
  earlier featstore.api_keys;
  replaced featstore.api_keys;
  created featstore.api_keys;
begin
  -- Locks the organisation first, as all functions do, so that no two changes wait for each other.
  perform featstore.make_room_for_key(k.organisation_id, k.id, p_max_keys)
    from featstore.api_keys k where k.id = p_id and k.replaced_by is null;
  select * into earlier from featstore.api_keys k where k.id = p_id for update;
  if not found then return; end if;
  if earlier.replaced_by is not null then
    raise exception 'key_already_rotated' using errcode = 'FS003';
  end if;
  if earlier.revoked_at is not null or earlier.disabled_at is not null
    or earlier.expires_at <= clock_timestamp() then
    raise exception 'key_not_active' using errcode = 'FS003';
  end if;
  insert into featstore.api_keys
    (id, name, digest, secret_name, secret_fingerprint, scopes, organisation_id, tenant, created_by, first_id, expires_at,
      networks, limits)
  values (p_new->>'id', earlier.name, p_new->>'digest', p_new->>'secret_name', p_new->>'secret_fingerprint', earlier.scopes,
    earlier.organisation_id, earlier.tenant, earlier.created_by, coalesce(earlier.first_id, earlier.id),
    case when p_new ? 'expires_at' then (p_new->>'expires_at')::timestamptz else earlier.expires_at end,
    earlier.networks, earlier.limits)
  returning * into created;
  update featstore.api_keys k
    set replaced_by = created.id,
      expires_at = least(k.expires_at, clock_timestamp() + make_interval(secs => p_grace_seconds))
    where k.id = p_id returning * into replaced;
  perform featstore.record_change(p_actor, created.organisation_id, 'key.rotated', p_id,
    jsonb_build_object('expires_at', earlier.expires_at),
    jsonb_build_object('expires_at', replaced.expires_at, 'replaced_by', created.id));
  perform pg_notify('featstore_api_keys', p_id);
  return next created;
end $$;
