-- Returns the oids of a relation and its parts as a sorted JSON list; see `parts_of`.
-- Called by has_other_parts, source_parts.
create or replace function featstore.part_list(p_relation oid) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(part::text order by part), '[]') from featstore.parts_of(p_relation::regclass) as listed (part)
$$;
