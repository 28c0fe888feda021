-- Trigger on `erased_keys`: deletes the sampled responses of services that were computed from the erased key. Compares
-- by entity, because a view may have a new name since.
-- Called by the trigger of the same name on erased_keys.
create or replace function featstore.erase_computed_answers() returns trigger language plpgsql as $$
declare
  v_entity constant text := (select definition -> 'entity' ->> 'name' from featstore.feature_views
    where name = new.view and version = new.version);
begin
  delete from featstore.computed_answers as a
    where exists (select from jsonb_array_elements(a.witnesses) as w
      where w ->> 'entity' = v_entity and featstore.key_digest(w -> 'key') = new.key_digest
        and coalesce(w ->> 'tenant' = new.tenant, true));
  return null;
end $$;
