-- Creates a job for the API key {"keyId", "lineId", "organisation", "address", "exports", "repeatable"}, and records it
-- in the audit log; null: a command. `repeatable` is {"idempotencyKey", "digest"}, or absent.
-- Returns the token of the job, or a text that says why there is no new job:
-- - 'repeated <id>': an earlier request with the idempotency key made a set that did not fail and was not cancelled or
--   deleted
-- - 'loading': that request still loads its spine
-- - 'reused': the idempotency key belongs to another request
-- - 'exports': the organisation has `exports` sets that are not finished
-- - 'tenant': more than `p_waiting_per_tenant` sets of the organisation are not finished. A key without an organisation
--   counts for its tenant; sets with neither share one limit
-- - 'total': more than `p_waiting` sets are not finished
-- A limit of null means no limit.
-- Called by training-set-store.ts.
create or replace function featstore.admit_training_set(p_id text, p_tenant text, p_request jsonb, p_holder jsonb, p_keys jsonb,
  p_waiting bigint, p_waiting_per_tenant bigint, p_owner jsonb)
returns text language plpgsql as $$
declare
  this_organisation constant text := p_owner ->> 'organisation';
  this_owner constant text := coalesce('organisation ' || this_organisation, 'key ' || (p_owner ->> 'lineId'));
  this_key constant text := p_owner #>> '{repeatable,idempotencyKey}';
  this_digest constant text := p_owner #>> '{repeatable,digest}';
  earlier record;
  total bigint;
  own bigint;
  result text;
begin
  -- Without the lock, two servers that count at the same time would both find the last place free.
  perform pg_advisory_xact_lock(hashtextextended('featstore.training_sets', 0));
  select r.digest, t.id, t.state into earlier
    from featstore.training_set_requests as r join featstore.training_sets as t on t.id = r.training_set
    where r.owner = this_owner and r.idempotency_key = this_key and t.tenant is not distinct from p_tenant
      and (t.state = 'finished' or t.state in ('loading', 'queued', 'running') and not t.is_cancel_requested);
  if found then
    if earlier.digest <> this_digest then return 'reused'; end if;
    return case earlier.state when 'loading' then 'loading' else 'repeated ' || earlier.id end;
  end if;
  select count(*), count(*) filter (where organisation_id is not distinct from this_organisation
      and (this_organisation is not null or tenant is not distinct from p_tenant)) into total, own
    from featstore.training_sets where state in ('loading', 'queued', 'running');
  if this_organisation is not null and own >= (p_owner ->> 'exports')::bigint then return 'exports'; end if;
  if own > p_waiting_per_tenant then return 'tenant'; end if;
  if total > p_waiting then return 'total'; end if;
  result := featstore.begin_training_set(p_id, p_tenant, p_request, p_holder, p_keys);
  perform featstore.record_change(
    case when p_owner ->> 'keyId' is null then jsonb_build_object('kind', 'command', 'id', 'training-set')
      else jsonb_build_object('kind', 'key', 'id', p_owner -> 'keyId', 'address', p_owner -> 'address') end,
    this_organisation, 'training_set.created', p_id, null, jsonb_build_object('tenant', p_tenant, 'request', p_request));
  update featstore.training_sets
    set key_id = p_owner ->> 'keyId', line_id = p_owner ->> 'lineId', organisation_id = this_organisation
    where id = p_id and p_owner ->> 'keyId' is not null;
  if this_key is not null then
    insert into featstore.training_set_requests (owner, idempotency_key, digest, training_set)
      values (this_owner, this_key, this_digest, p_id)
      on conflict (owner, idempotency_key) do update set digest = excluded.digest, training_set = excluded.training_set;
  end if;
  return result;
end $$;
