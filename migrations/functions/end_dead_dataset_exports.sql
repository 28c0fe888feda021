-- Ends exports whose process has died: those with an expired lease, and those with these tokens.
-- Called by export-store.ts, begin_dataset_export.
create or replace function featstore.end_dead_dataset_exports(p_dead_tokens bigint[]) returns void language sql as $$
  update featstore.dataset_exports set state = 'failed', finished_at = clock_timestamp(), idempotency_key = null,
      failure = jsonb_build_object('code', 'export_interrupted', 'detail', 'The process that worked on it has ended: create the export again.')
    where state = 'running' and (expires_at <= clock_timestamp() or token = any (p_dead_tokens));
$$;
