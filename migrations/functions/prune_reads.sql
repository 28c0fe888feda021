-- Deletes reads that are too old to be reported. Returns how many.
-- Called by run-log.ts.
create or replace function featstore.prune_reads() returns bigint language plpgsql as $$
declare
  let_go bigint;
begin
  delete from featstore.view_reads where last_read_on < (clock_timestamp() at time zone 'UTC')::date - 35;
  get diagnostics let_go = row_count;
  return let_go;
end $$;
