-- Remembers under which secret each key's digest was made, so that a database that is used with another secret, such as
-- after a restore, is noticed.

-- The first 16 hexadecimal digits of an HMAC of a fixed text under the secret. Null: a key of before that was not used since.
alter table featstore.api_keys add column secret_fingerprint text check (secret_fingerprint ~ '^[0-9a-f]{16}$');

-- As in 0031, with the fingerprint.
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

-- As in 0031, with the fingerprint.
create or replace function featstore.rotate_key(
  p_id text, p_new jsonb, p_grace_seconds double precision, p_actor jsonb, p_max_keys integer
) returns setof featstore.api_keys language plpgsql as $$
declare
  earlier featstore.api_keys;
  replaced featstore.api_keys;
  created featstore.api_keys;
begin
  -- The organisation first, as everywhere, so that no two changes wait for each other.
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

-- As in 0031; also notes the fingerprint of the secret with which a key was verified, if it has none: {"fingerprint"}.
create or replace function featstore.note_key_uses(p_uses jsonb) returns void language sql as $$
  with used as (
    select u.id, u.fingerprint, clock_timestamp() - make_interval(secs => u.age) as at
    from jsonb_to_recordset(p_uses) as u (id text, age double precision, fingerprint text)
  ), locked as materialized (
    select k.id, used.at, used.fingerprint from featstore.api_keys k join used on used.id = k.id
    where k.last_used_at is null or k.last_used_at < used.at
    order by k.id for update of k skip locked
  )
  update featstore.api_keys k
    set last_used_at = locked.at, secret_fingerprint = coalesce(k.secret_fingerprint, locked.fingerprint)
    from locked where k.id = locked.id
$$;
