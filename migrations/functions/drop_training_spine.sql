-- Drops the spine table of a training set, with the views over it. Returns false if somebody still reads it, such as
-- the backend of a killed client; the next sweep tries again.
-- Called by end_training_set, sweep_training_sets.
create or replace function featstore.drop_training_spine(p_id text) returns boolean language plpgsql as $$
declare
  dropped text;
begin
  select spine_table into dropped from featstore.training_sets where id = p_id and spine_table is not null for update;
  if not found then return true; end if;
  begin
    perform set_config('lock_timeout', '2s', true);
    execute format('drop table if exists featstore.%I cascade', dropped);
  exception
    when lock_not_available then return false;
  end;
  update featstore.training_sets set spine_table = null where id = p_id;
  return true;
end $$;
