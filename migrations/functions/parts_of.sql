-- Returns a relation and everything that PostgreSQL reads with it: its partitions, and tables that inherit from it.
-- Called by is_altered, part_list, tells_transactions.
create or replace function featstore.parts_of(p_relation regclass) returns setof oid language sql stable as $$
  with recursive parts (oid) as (
    select p_relation::oid where p_relation is not null
    union
    select inhrelid from pg_catalog.pg_inherits join parts on inhparent = parts.oid)
  select oid from parts
$$;
