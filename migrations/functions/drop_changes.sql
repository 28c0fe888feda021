-- Drops the tables of changes that `find_changes` made, and frees its lease. The caller passes the token that it got
-- from there.
-- Called by change-calls.ts, sweep.
create or replace function featstore.drop_changes(p_token bigint) returns void language plpgsql as $$
declare
  dropped text[];
  each text;
begin
  delete from featstore.change_sets where token = p_token returning tables into dropped;
  foreach each in array coalesce(dropped, '{}') loop
    continue when each is null;
    execute format('drop table if exists features.%I', each);
  end loop;
  delete from featstore.leases where token = p_token;
end $$;
