-- Changes to API keys. Each function makes one change, writes its row of the audit log, and notifies the servers.
-- Refusals are exceptions FS003 whose message is the error code.

alter table featstore.api_keys
  -- The key that took this one's place; null: none.
  add column replaced_by text,
  -- When its owner was last asked to rotate it.
  add column reminded_at timestamptz;

-- What the audit log and the API show of a key: never its digest.
create function featstore.key_document(k featstore.api_keys) returns jsonb language sql stable as $$
  select jsonb_build_object('name', k.name, 'scopes', to_jsonb(k.scopes), 'tenant', k.tenant,
    'networks', to_jsonb(k.networks), 'limits', k.limits, 'expires_at', k.expires_at)
$$;

-- Locks the organisation of a new key, so that its keys are counted one at a time. `p_except` does not count.
create function featstore.make_room_for_key(p_organisation_id text, p_except text, p_max_keys integer)
returns void language plpgsql as $$
begin
  if p_organisation_id is null then return; end if;
  perform from featstore.organisations o
    where o.id = p_organisation_id and o.deleted_at is null for no key update;
  if not found then
    raise exception 'organisation_not_found' using errcode = 'FS003';
  end if;
  if p_max_keys <= (select count(*) from featstore.api_keys k
    where k.organisation_id = p_organisation_id and k.id is distinct from p_except
      and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp())) then
    raise exception 'too_many_keys' using errcode = 'FS003';
  end if;
end $$;

create function featstore.create_key(p_key jsonb, p_actor jsonb, p_max_keys integer)
returns setof featstore.api_keys language plpgsql as $$
declare
  created featstore.api_keys;
begin
  perform featstore.make_room_for_key(p_key->>'organisation_id', null, p_max_keys);
  insert into featstore.api_keys
    (id, name, digest, secret_name, scopes, organisation_id, tenant, created_by, expires_at, networks, limits)
  values (p_key->>'id', p_key->>'name', p_key->>'digest', p_key->>'secret_name',
    array(select jsonb_array_elements_text(p_key->'scopes')), p_key->>'organisation_id', p_key->>'tenant',
    p_key->>'created_by', (p_key->>'expires_at')::timestamptz,
    array(select jsonb_array_elements_text(p_key->'networks')), p_key->'limits')
  returning * into created;
  perform featstore.record_change(p_actor, created.organisation_id, 'key.created', created.id,
    null, featstore.key_document(created));
  perform pg_notify('featstore_api_keys', created.id);
  return next created;
end $$;

-- Changes the name and whether the key is disabled; `p_change` has what changes: {"name", "disabled"}.
create function featstore.change_key(p_id text, p_change jsonb, p_actor jsonb)
returns setof featstore.api_keys language plpgsql as $$
declare
  earlier featstore.api_keys;
  changed featstore.api_keys;
begin
  select * into earlier from featstore.api_keys k where k.id = p_id for update;
  if not found then return; end if;
  if earlier.revoked_at is not null then
    raise exception 'key_not_active' using errcode = 'FS003';
  end if;
  update featstore.api_keys k
    set name = coalesce(p_change->>'name', k.name),
      disabled_at = case (p_change->>'disabled')::boolean
        when true then coalesce(k.disabled_at, clock_timestamp()) when false then null else k.disabled_at end
    where k.id = p_id returning * into changed;
  if (earlier.name, earlier.disabled_at) is distinct from (changed.name, changed.disabled_at) then
    perform featstore.record_change(p_actor, changed.organisation_id, 'key.changed', p_id,
      jsonb_build_object('name', earlier.name, 'disabled', earlier.disabled_at is not null),
      jsonb_build_object('name', changed.name, 'disabled', changed.disabled_at is not null));
    perform pg_notify('featstore_api_keys', p_id);
  end if;
  return next changed;
end $$;

-- Creates the key that takes the place of another. The old one works until its grace is over; both share their limits.
-- `p_new`: {"id", "digest", "secret_name"}, and {"expires_at"} if it differs from the old key's.
create function featstore.rotate_key(
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
    (id, name, digest, secret_name, scopes, organisation_id, tenant, created_by, first_id, expires_at, networks, limits)
  values (p_new->>'id', earlier.name, p_new->>'digest', p_new->>'secret_name', earlier.scopes,
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

create function featstore.revoke_key(p_id text, p_actor jsonb)
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

-- Writes when keys were last used; `p_uses`: [{"id", "age"}] with seconds since then. Keys whose row another server is
-- writing just now are left out.
create function featstore.note_key_uses(p_uses jsonb) returns void language sql as $$
  with used as (
    select u.id, clock_timestamp() - make_interval(secs => u.age) as at
    from jsonb_to_recordset(p_uses) as u (id text, age double precision)
  ), locked as materialized (
    select k.id, used.at from featstore.api_keys k join used on used.id = k.id
    where k.last_used_at is null or k.last_used_at < used.at
    order by k.id for update of k skip locked
  )
  update featstore.api_keys k set last_used_at = locked.at from locked where k.id = locked.id
$$;

-- Returns the keys that are older than so many days and whose owners were not reminded within 30 days, and notes that
-- they are reminded now, so that only one server does it. Keys that expire or were replaced need no reminder.
create function featstore.claim_rotation_reminders(p_max_age_days integer)
returns setof featstore.api_keys language sql as $$
  with due as materialized (
    select k.id from featstore.api_keys k
    where k.created_at < clock_timestamp() - make_interval(days => p_max_age_days)
      and k.revoked_at is null and k.disabled_at is null and k.replaced_by is null
      and (k.expires_at is null or k.expires_at > clock_timestamp())
      and (k.reminded_at is null or k.reminded_at < clock_timestamp() - interval '30 days')
    order by k.id limit 100 for update of k skip locked
  )
  update featstore.api_keys k set reminded_at = clock_timestamp() from due where k.id = due.id returning k.*
$$;
