-- Stores when keys were last used: [{"id", "age", "fingerprint"}], with seconds since then. Also stores the fingerprint
-- of the secret with which a key was verified, if it has none. Skips keys whose rows another server writes at the
-- moment.
-- Called by key-store.ts.
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
