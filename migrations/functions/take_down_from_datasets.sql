-- Leaves a key, an array of texts, out of later snapshots of these datasets. Returns the datasets that did not leave it
-- out before.
-- Called by dataset-store.ts, erasure-store.ts.
create or replace function featstore.take_down_from_datasets(p_datasets jsonb, p_key jsonb, p_reason text, p_actor jsonb)
returns jsonb language plpgsql as $$
declare
  digest constant text := featstore.key_digest(p_key);
  added jsonb;
begin
  with inserted as (
    insert into featstore.dataset_takedowns (dataset, key_digest, reason)
      select name, digest, p_reason from jsonb_array_elements_text(p_datasets) as listed (name) order by name
      on conflict do nothing returning dataset
  )
  select coalesce(jsonb_agg(dataset order by dataset), '[]') into added from inserted;
  perform featstore.record_change(p_actor, null, 'dataset.key_taken_down', name, null,
      jsonb_build_object('key_digest', digest, 'reason', p_reason))
    from jsonb_array_elements_text(added) as listed (name);
  return added;
end $$;
