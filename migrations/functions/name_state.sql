-- Returns `retired` if the sunset of a view's former name has passed, or else `deprecated`.
-- Called by registry-store.ts, references_read, retire_name.
create or replace function featstore.name_state(renamed featstore.renamed_views) returns text language sql as
  $$ select case when renamed.sunset_at <= clock_timestamp() then 'retired' else 'deprecated' end $$;
