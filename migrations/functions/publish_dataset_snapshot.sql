-- Publishes a snapshot and ends its build: {"id", "dataset", "version", "manifest", "rows"}, with the manifest as text.
-- Manifest null: the snapshot exists already, unchanged. Returns false, and does nothing, if the build has lost its
-- lease.
-- Called by build-store.ts.
create or replace function featstore.publish_dataset_snapshot(p_build text, p_token bigint, p_snapshot jsonb, p_actor jsonb)
returns boolean language plpgsql as $$
begin
  perform from featstore.dataset_builds where id = p_build and token = p_token and state = 'running' for update;
  if not found then return false; end if;
  if p_snapshot ->> 'manifest' is not null then
    insert into featstore.dataset_snapshots (id, dataset, version, manifest)
      values (p_snapshot ->> 'id', p_snapshot ->> 'dataset', p_snapshot ->> 'version', (p_snapshot ->> 'manifest')::json);
    perform featstore.record_change(p_actor, null, 'dataset.published', p_snapshot ->> 'id', null,
      jsonb_build_object('dataset', p_snapshot -> 'dataset', 'version', p_snapshot -> 'version', 'build', p_build));
  end if;
  update featstore.dataset_builds set state = 'finished', finished_at = clock_timestamp(), snapshot = p_snapshot ->> 'id',
      is_unchanged = p_snapshot ->> 'manifest' is null, rows_done = (p_snapshot ->> 'rows')::bigint where id = p_build;
  return true;
end $$;
