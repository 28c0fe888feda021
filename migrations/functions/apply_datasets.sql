-- Writes those datasets of a list, [{"name", "definition", "documentHash"}], that differ from the applied ones, and
-- records each in the audit log. Returns the names that it wrote.
-- Called by definition-store.ts.
create or replace function featstore.apply_datasets(p_datasets jsonb, p_applied_by text) returns setof text
language plpgsql as $$
declare
  each record;
  earlier featstore.datasets;
begin
  for each in select * from jsonb_to_recordset(p_datasets) as d (name text, definition jsonb, "documentHash" text) order by name loop
    select d.* into earlier from featstore.datasets d where d.name = each.name for update;
    if earlier.document_hash is not distinct from each."documentHash" then continue; end if;
    insert into featstore.datasets as d (name, definition, document_hash, applied_at, applied_by)
      values (each.name, each.definition, each."documentHash", clock_timestamp(), p_applied_by)
      on conflict (name) do update set definition = excluded.definition, document_hash = excluded.document_hash,
        applied_at = excluded.applied_at, applied_by = excluded.applied_by;
    perform featstore.record_change(jsonb_build_object('kind', 'command', 'id', 'apply', 'address', null), null,
      'dataset.applied', each.name, earlier.definition, each.definition);
    return next each.name;
  end loop;
end $$;
