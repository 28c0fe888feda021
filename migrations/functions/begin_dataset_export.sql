-- Creates an export: {"id", "dataset", "snapshot", "selection", "owner", "organisation", "key", "limit",
-- "idempotencyKey"}. Returns {"token"}, or {"refused"}: "repeated" (with the id of the earlier export), "reused" or
-- "limit".
-- Called by export-store.ts.
create or replace function featstore.begin_dataset_export(p_export jsonb, p_holder jsonb, p_actor jsonb) returns jsonb language plpgsql as $$
declare
  this_owner constant text := p_export ->> 'owner';
  new_token constant bigint := nextval('featstore.lease_tokens');
  earlier featstore.dataset_exports;
begin
  -- Without the lock, two servers that count at the same time would both find the last place free.
  perform pg_advisory_xact_lock(hashtextextended('featstore.dataset_exports ' || this_owner, 0));
  perform featstore.end_dead_dataset_exports('{}');
  select * into earlier from featstore.dataset_exports
    where owner = this_owner and idempotency_key = p_export ->> 'idempotencyKey' for update;
  if found and earlier.state in ('running', 'finished') and not earlier.is_cancel_requested then
    if earlier.dataset <> p_export ->> 'dataset' or earlier.snapshot <> p_export ->> 'snapshot'
        or earlier.selection <> p_export -> 'selection' then
      return jsonb_build_object('refused', 'reused');
    end if;
    return jsonb_build_object('refused', 'repeated', 'id', earlier.id);
  end if;
  update featstore.dataset_exports set idempotency_key = null where id = earlier.id;
  if (select count(*) from featstore.dataset_exports where owner = this_owner and state = 'running')
      >= (p_export ->> 'limit')::bigint then
    return jsonb_build_object('refused', 'limit');
  end if;
  insert into featstore.dataset_exports (id, dataset, snapshot, selection, owner, organisation_id, key_id, idempotency_key,
      state, token, holder, expires_at)
    values (p_export ->> 'id', p_export ->> 'dataset', p_export ->> 'snapshot', p_export -> 'selection', this_owner,
      p_export ->> 'organisation', p_export ->> 'key', p_export ->> 'idempotencyKey', 'running', new_token, p_holder,
      clock_timestamp() + interval '1 minute');
  perform featstore.record_change(p_actor, p_export ->> 'organisation', 'dataset.export_created', p_export ->> 'id', null,
    jsonb_build_object('dataset', p_export -> 'dataset', 'snapshot', p_export -> 'snapshot', 'selection', p_export -> 'selection'));
  return jsonb_build_object('token', new_token::text);
end $$;
