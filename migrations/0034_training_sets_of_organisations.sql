-- Training sets count for their organisation, and only up to its own limit.

-- Creates a job for the key {"keyId", "lineId", "organisation", "address", "exports"}, and records it; null: a command.
-- Gives its token; or 'exports' if the organisation has `exports` sets under way, 'tenant' if more than
-- `p_waiting_per_tenant` of the organisation are (of a key without one: of the tenant; sets with neither share one
-- limit), 'total' if more than `p_waiting` are. Null: no limit.
create or replace function featstore.admit_training_set(p_id text, p_tenant text, p_request jsonb, p_holder jsonb, p_keys jsonb,
  p_waiting bigint, p_waiting_per_tenant bigint, p_owner jsonb)
returns text language plpgsql as $$
declare
  this_organisation constant text := p_owner ->> 'organisation';
  total bigint;
  own bigint;
  result text;
begin
  -- Two servers that count at the same time would both find the last place free.
  perform pg_advisory_xact_lock(hashtextextended('featstore.training_sets', 0));
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
  return result;
end $$;
