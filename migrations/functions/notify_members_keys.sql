-- Trigger on `members`: tells the servers to look up the keys of a member again when the role changes, because a key
-- can do no more than its maker.
-- Called by the trigger members_keys on members.
create or replace function featstore.notify_members_keys() returns trigger language plpgsql as $$
begin
  perform pg_notify('featstore_api_keys', old.organisation_id);
  return null;
end $$;
