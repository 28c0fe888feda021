-- Stores that an owner accepts the terms of a dataset, with a row in the audit log for `p_actor`. Returns the time of
-- the first acceptance; repeating it changes nothing.
-- Called by acceptance-store.ts.
create or replace function featstore.accept_dataset_terms(p_dataset text, p_version text, p_owner text, p_organisation text, p_key text, p_actor jsonb)
returns timestamptz language plpgsql as $$
declare
  accepted timestamptz;
begin
  insert into featstore.dataset_acceptances (dataset, terms_version, owner, organisation_id, key_id)
    values (p_dataset, p_version, p_owner, p_organisation, p_key)
    on conflict do nothing returning at into accepted;
  if found then
    perform featstore.record_change(p_actor, p_organisation, 'dataset.terms_accepted', p_dataset, null,
      jsonb_build_object('version', p_version));
    return accepted;
  end if;
  return (select at from featstore.dataset_acceptances
    where dataset = p_dataset and terms_version = p_version and owner = p_owner);
end $$;
