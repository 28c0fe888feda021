-- What a key may do depends on its maker's role in the organisation, so servers look keys up again when that changes.

create function featstore.notify_members_keys() returns trigger language plpgsql as $$
begin
  perform pg_notify('featstore_api_keys', old.organisation_id);
  return null;
end $$;

create trigger members_keys after update of role or delete on featstore.members
  for each row execute function featstore.notify_members_keys();
