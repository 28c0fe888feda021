-- Stores sampled responses: an array of objects named like the columns, with times in microseconds since 1970 UTC.
-- Skips keys that were erased since. Keeps at most `p_most` rows, for at most `p_days` days, and returns how many it
-- deleted. A replica may still use the former name of a view.
-- Called by audit-store.ts.
create or replace function featstore.keep_answers(p_answers jsonb, p_most bigint, p_days integer) returns bigint language plpgsql as $$
declare
  let_go bigint;
begin
  -- Waits for an erasure in progress, so that it is seen.
  lock table featstore.answers in row exclusive mode;
  insert into featstore.answers (view, version, generation, entity, tenant, entity_key, status, answered, answered_at, key_id)
    select coalesce(n.new_name, item ->> 'view'), (item ->> 'version')::integer, (item ->> 'generation')::integer, item ->> 'entity', item ->> 'tenant',
        item -> 'entity_key', item ->> 'status', (item ->> 'answered')::json,
        'epoch'::timestamptz + (item ->> 'answered_at')::bigint * interval '1 microsecond', item ->> 'key_id'
      from jsonb_array_elements(p_answers) with ordinality as listed (item, position)
      left join featstore.renamed_views as n on n.old_name = item ->> 'view'
      where not exists (select from featstore.erased_keys as e
        where e.view = coalesce(n.new_name, item ->> 'view') and e.version = (item ->> 'version')::integer
          and e.key_digest = featstore.key_digest(item -> 'entity_key')
          and coalesce(e.tenant = item ->> 'tenant', true) and (item ->> 'generation')::integer <= e.generation)
      order by position;
  delete from featstore.answers
    where answer_id <= (select max(answer_id) from featstore.answers) - p_most
      or answered_at < clock_timestamp() - p_days * interval '24 hours';
  get diagnostics let_go = row_count;
  return let_go;
end $$;
