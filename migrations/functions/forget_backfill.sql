-- Deletes the record and the table of keys of a backfill whose run has ended. If somebody reads the table at the
-- moment, the next sweep tries again.
-- Called by drop_interrupted, end_run, sweep_backfills.
create or replace function featstore.forget_backfill(p_run_id bigint) returns void language plpgsql as $$
declare
  left_table text;
begin
  select keys_table into left_table from featstore.backfills where run_id = p_run_id for update skip locked;
  if not found then return; end if;
  perform set_config('lock_timeout', '200ms', true);
  execute format('drop table if exists features.%I', left_table);
  delete from featstore.backfills where run_id = p_run_id;
exception
  when lock_not_available then null;
end $$;
