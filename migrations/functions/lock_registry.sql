-- Locks the registry for a change of promotions or retirements, with a timeout. Such a change is one call: it takes a
-- `request` {kind (feature_view or feature_service), name, version, actor, message} and writes its own row in
-- `history`.
-- Called by promote, remove_service, restore, retire, retire_name, rollback.
create or replace function featstore.lock_registry() returns void language plpgsql as $$
begin
  perform set_config('lock_timeout', '10s', true);
  perform from featstore.registry_state for update;
end $$;
