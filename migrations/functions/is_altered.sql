-- Returns whether a relation was altered in the last `p_since` transactions. Renaming, attaching a partition and
-- replacing a view bring in rows that are older than that; truncating leaves no rows to find. A refresh alters a
-- materialized view too, but that is how its rows arrive.
-- Called by source-writes.ts, find_changes.
create or replace function featstore.is_altered(p_relation regclass, p_since integer) returns boolean language sql stable as $$
  select exists (
      select from pg_catalog.pg_class
        where oid in (select featstore.parts_of(p_relation)) and relkind <> 'm' and age(xmin) <= p_since)
    or exists (select from pg_catalog.pg_rewrite where ev_class = p_relation and age(xmin) <= p_since)
$$;
