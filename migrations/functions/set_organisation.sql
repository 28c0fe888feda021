-- Sets the tier, the tenant or the limits of an organisation, for operators. `p_value`: {"tier": …}, {"tenant": …} or
-- {"limits": …}. Returns `changed` or `organisation_not_found`.
-- Called by operator-store.ts.
create or replace function featstore.set_organisation(p_actor jsonb, p_organisation_id text, p_field text, p_value jsonb)
returns text language plpgsql as $$
declare
  v_before jsonb;
begin
  select jsonb_build_object('tier', tier, 'tenant', tenant, 'limits', limits) into v_before
    from featstore.organisations where id = p_organisation_id and deleted_at is null for no key update;
  if not found then return 'organisation_not_found'; end if;
  update featstore.organisations set
      tier = coalesce(p_value->>'tier', tier),
      tenant = case when p_field = 'tenant' then p_value->>'tenant' else tenant end,
      limits = coalesce(p_value->'limits', limits)
    where id = p_organisation_id;
  perform featstore.record_change(p_actor, p_organisation_id, 'organisation.' || p_field || '_changed',
    p_organisation_id, jsonb_build_object(p_field, v_before->p_field), p_value);
  -- Servers remember keys with their limits.
  perform pg_notify('featstore_api_keys', id) from featstore.api_keys where organisation_id = p_organisation_id;
  return 'changed';
end $$;
