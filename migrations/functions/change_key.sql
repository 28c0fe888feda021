-- Changes the name of a key and whether it is disabled. `p_change` has only what changes: {"name", "disabled"}. Records
-- the change and notifies the servers.
-- Called by key-store.ts.
create or replace function featstore.change_key(p_id text, p_change jsonb, p_actor jsonb)
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
