-- Raises the revision of the registry and notifies the servers, with the revision as payload. Every change of the
-- registry calls it. It locks `registry_state`.
-- Called by apply, erase, note_removal, promote, publish, restore and others.
create or replace function featstore.next_revision() returns bigint language plpgsql as $$
declare
  new_revision bigint;
begin
  update featstore.registry_state set revision = revision + 1 returning revision into new_revision;
  perform pg_notify('featstore_registry', new_revision::text);
  return new_revision;
end $$;
