-- Returns the partitions of the tables that a view reads, by the oid of the table; see `generations.source_parts`. A table of
-- another engine is not in this database, whatever its name is.
-- Called by note_source_parts.
create or replace function featstore.source_parts(p_definition jsonb) returns jsonb language sql stable as $$
  select coalesce(jsonb_object_agg(relation::text, featstore.part_list(relation)), '{}')
    from (
      select distinct to_regclass(case when jsonb_typeof(item -> 'schema') = 'string' then format('%I.', item ->> 'schema') else '' end
          || format('%I', item ->> 'table'))::oid as relation
        from jsonb_path_query(jsonb_build_array(p_definition -> 'source', p_definition -> 'entity' -> 'population'),
          '$.**.relation ? (@.kind == "table" && !exists(@.engine))') as listed (item)
    ) as tables
    where relation is not null
$$;
