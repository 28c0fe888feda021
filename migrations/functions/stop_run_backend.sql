-- Ends the statement of a run that somebody else takes over or abandons, because the statement of a killed client
-- continues and commits. A fill is found by the advisory lock of its transaction; 1179862100 is the namespace of these
-- locks.
-- Called by seize_lease.
create or replace function featstore.stop_run_backend(p_run_id bigint) returns void language plpgsql as $$
begin
  perform pg_terminate_backend(pid) from pg_catalog.pg_locks
    where locktype = 'advisory' and classid = 1179862100 and objid = (p_run_id % 2147483647)::oid and objsubid = 2 and granted
      and database = (select oid from pg_catalog.pg_database where datname = current_database())
      and pid <> pg_backend_pid();
exception
  when insufficient_privilege then null; -- the backend is another role's: the caller waits for it instead
end $$;
