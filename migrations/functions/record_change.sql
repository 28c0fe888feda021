-- Adds a row to the audit log, in the statement that makes the change. `p_actor`: {"kind", "id", "address"}.
-- Called by audit-log-store.ts, erasure-store.ts, operator-store.ts, organisation-store.ts, registry-store.ts,
-- accept_dataset_terms and others.
create or replace function featstore.record_change(
  p_actor jsonb, p_organisation_id text, p_action text, p_subject text, p_before jsonb, p_after jsonb
) returns void language sql as $$
  insert into featstore.audit_log (actor_kind, actor_id, address, organisation_id, action, subject, before, after)
  values (p_actor->>'kind', p_actor->>'id', p_actor->>'address', p_organisation_id, p_action, p_subject,
    p_before, p_after)
$$;
