-- Returns the HMAC-SHA256 of 32 bytes, in hexadecimal. It runs as its owner: a server whose role may only read has to
-- compare served keys with erased ones, but must not see the secret.
-- Called by key_digest.
create or replace function featstore.erasure_hmac(p_digest bytea) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(outer_block || sha256(inner_block || p_digest)), 'hex') from featstore.erasure_secret
$$;
