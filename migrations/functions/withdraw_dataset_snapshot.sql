-- Withdraws a snapshot. Null: there is none with this id. False: it was withdrawn before, and its reason stays.
-- Called by dataset-store.ts.
create or replace function featstore.withdraw_dataset_snapshot(p_id text, p_reason text, p_actor jsonb)
returns boolean language plpgsql as $$
declare
  withdrawn featstore.dataset_snapshots;
begin
  update featstore.dataset_snapshots set withdrawn_at = clock_timestamp(), withdrawn_reason = p_reason
    where id = p_id and withdrawn_at is null returning * into withdrawn;
  if not found then
    return case when exists (select from featstore.dataset_snapshots where id = p_id) then false end;
  end if;
  perform featstore.record_change(p_actor, null, 'dataset.withdrawn', p_id, null,
    jsonb_build_object('dataset', withdrawn.dataset, 'version', withdrawn.version, 'reason', p_reason));
  return true;
end $$;
