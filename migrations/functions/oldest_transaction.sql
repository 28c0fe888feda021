-- Returns a number below which all transactions of this database are over. Call it before rows are read: a transaction
-- that ends in the meantime is not counted, but its rows are seen. Transactions of other databases write nothing here
-- and do not count, except prepared ones, whose database is not looked up. It is the default of `generations.horizon`.
-- Called by source-writes.ts, change_baselines, find_changes, the default of generations.horizon.
create or replace function featstore.oldest_transaction() returns bigint language sql stable as $$
  select coalesce(
      (select min(running.xid::text::bigint) from pg_catalog.pg_snapshot_xip(now_seen.snapshot) as running (xid)
        where exists (
          select from pg_catalog.pg_locks as held
          left join pg_catalog.pg_stat_activity as process on process.pid = held.pid
          where held.locktype = 'transactionid' and held.granted and held.mode = 'ExclusiveLock'
            and held.transactionid::text::bigint = running.xid::text::bigint % 4294967296
            and (process.datid is null or process.datid = (select oid from pg_catalog.pg_database where datname = current_database())))),
      pg_catalog.pg_snapshot_xmax(now_seen.snapshot)::text::bigint)
    from (select pg_catalog.pg_current_snapshot() as snapshot) as now_seen
$$;
