-- Returns the digest of a key, an array of its parts such as `["AC/DC", "7"]`: the HMAC of the SHA-256 of the text that
-- PostgreSQL makes from it.
-- Called by erase, erase_computed_answers, keep_answers, keep_computed_answers, take_down_from_datasets.
create or replace function featstore.key_digest(p_key jsonb) returns text language sql stable as
  $$ select featstore.erasure_hmac(sha256(convert_to(p_key::text, 'UTF8'))) $$;
