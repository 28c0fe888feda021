-- Stores sampled responses of services, as `keep_answers` does for views. Skips responses with an erased row, and those
-- whose view has a new name, because an erasure could not find their rows.
-- Called by audit-store.ts.
create or replace function featstore.keep_computed_answers(p_answers jsonb, p_most bigint, p_days integer) returns bigint language plpgsql as $$
declare
  let_go bigint;
begin
  -- An erasure in progress locks this table: waits for it, so that it is seen.
  lock table featstore.answers in row exclusive mode;
  insert into featstore.computed_answers (service, version, tenant, entity_key, witnesses, inputs, answered, answered_at, key_id)
    select item ->> 'service', (item ->> 'version')::integer, item ->> 'tenant', item -> 'entity_key', item -> 'witnesses',
        (item ->> 'inputs')::json, (item ->> 'answered')::json,
        'epoch'::timestamptz + (item ->> 'answered_at')::bigint * interval '1 microsecond', item ->> 'key_id'
      from jsonb_array_elements(p_answers) with ordinality as listed (item, position)
      where not exists (select from jsonb_array_elements(item -> 'witnesses') as w
        where not exists (select from featstore.feature_views as v
            where v.name = w ->> 'view' and v.version = (w ->> 'version')::integer)
          or exists (select from featstore.erased_keys as e
            where e.view = w ->> 'view' and e.version = (w ->> 'version')::integer
              and e.key_digest = featstore.key_digest(w -> 'key')
              and coalesce(e.tenant = w ->> 'tenant', true) and (w ->> 'generation')::integer <= e.generation))
      order by position;
  delete from featstore.computed_answers
    where answer_id <= (select max(answer_id) from featstore.computed_answers) - p_most
      or answered_at < clock_timestamp() - p_days * interval '24 hours';
  get diagnostics let_go = row_count;
  return let_go;
end $$;
