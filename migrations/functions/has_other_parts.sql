-- Returns whether a relation has other partitions or inheriting tables now than when the served generation of one of
-- the views, [{"view", "version"}], was read.
-- Called by find_changes.
create or replace function featstore.has_other_parts(p_relation regclass, p_views jsonb) returns boolean language sql stable as $$
  select p_relation is not null and exists (
    select from jsonb_to_recordset(p_views) as reading (view text, version integer)
      join featstore.feature_views as v on v.name = reading.view and v.version = reading.version
      join featstore.generations as served on served.view = v.name and served.version = v.version and served.generation = v.served_generation
      where served.source_parts is not null
        and served.source_parts -> p_relation::oid::text is distinct from featstore.part_list(p_relation))
$$;
