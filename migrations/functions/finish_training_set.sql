-- Ends a job with its result, and adds its rows to the usage of its key, once.
-- Called by training-set-store.ts.
create or replace function featstore.finish_training_set(p_id text, p_token bigint, p_manifest json)
returns boolean language plpgsql as $$
begin
  if not featstore.end_training_set(p_id, p_token, 'finished', p_manifest, null) then return false; end if;
  perform featstore.add_usage(jsonb_agg(jsonb_build_object(
      'day', (clock_timestamp() at time zone 'UTC')::date, 'keyId', key_id, 'lineId', line_id, 'organisation', organisation_id,
      'operation', 'createTrainingSet', 'requests', 0, 'rows', spine_rows, 'bytes', 0, 'errors', 0, 'latency', '[]'::jsonb)))
    from featstore.training_sets where id = p_id and key_id is not null;
  return true;
end $$;
