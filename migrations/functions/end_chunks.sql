-- Completes the table of rows after the last chunk, as `fill` does. Returns {rows, ignoredRows}, also if it was done
-- before. The caller holds the lease of the run.
-- Called by view-fills.ts.
create or replace function featstore.end_chunks(p_run_id bigint, p_token bigint, p_longest_key integer) returns jsonb language plpgsql as $$
declare
  backfill featstore.backfills;
  target featstore.generations;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict backfill from featstore.backfills where run_id = p_run_id;
  select * into strict target from featstore.generations where run_id = p_run_id;
  if target.state = 'filled' then
    return (select jsonb_build_object('rows', rows, 'ignoredRows', ignored_rows) from featstore.runs where run_id = p_run_id);
  end if;
  if backfill.done < backfill.chunks then
    perform featstore.raise_error('run_not_filled', jsonb_build_object('runId', p_run_id::text));
  end if;
  execute format('drop table if exists features.%I', backfill.keys_table);
  return featstore.end_load(p_run_id, p_token, p_longest_key, backfill.rows);
end $$;
