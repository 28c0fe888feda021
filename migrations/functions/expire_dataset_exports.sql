-- Ends finished exports that are older than `p_seconds`, and those of withdrawn snapshots. The caller then removes
-- their files.
-- Called by export-store.ts.
create or replace function featstore.expire_dataset_exports(p_seconds float8) returns void language sql as $$
  update featstore.dataset_exports as e set state = 'expired', idempotency_key = null
    where e.state = 'finished' and (e.finished_at <= clock_timestamp() - make_interval(secs => p_seconds)
      or exists (select from featstore.dataset_snapshots as s where s.id = e.snapshot and s.withdrawn_at is not null));
$$;
