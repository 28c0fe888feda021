-- Returns whether the rows of a relation carry the transaction that wrote them. Rows of foreign tables do not, also if
-- the tables are partitions.
-- Called by source-writes.ts, find_changes.
create or replace function featstore.tells_transactions(p_relation regclass) returns boolean language sql stable as $$
  select count(*) > 0 and bool_and(relkind in ('r', 'p'))
    from pg_catalog.pg_class where oid in (select featstore.parts_of(p_relation))
$$;
