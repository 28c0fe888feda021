-- Removes addresses and names from rows of the audit log. The ids of people and organisations, which are pseudonyms,
-- stay.
-- Called by close_organisation, delete_account.
create or replace function featstore.forget_actor(p_user_id text, p_organisation_id text) returns void language plpgsql as $$
begin
  perform set_config('featstore.audit_maintenance', 'on', true);
  update featstore.audit_log set
      address = null,
      before = case when jsonb_typeof(before) = 'object' then before - 'name' else before end,
      after = case when jsonb_typeof(after) = 'object' then after - 'name' else after end
    where organisation_id = p_organisation_id or (actor_kind = 'person' and actor_id = p_user_id and p_organisation_id is null);
  perform set_config('featstore.audit_maintenance', 'off', true);
end $$;
