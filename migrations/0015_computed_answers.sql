-- A sample of what services computed for answers, with the rows that it was computed from.

create table featstore.computed_answers (
  answer_id bigint generated always as identity primary key,
  service text not null,
  version integer not null,
  -- The tenant scope that was read, and the parts of the key that was asked for, an array of texts.
  tenant text not null,
  entity_key jsonb not null,
  -- [{view, version, generation, entity, tenant, key}]: which rows were read; `key` null where nothing led to one.
  witnesses jsonb not null,
  -- By name, what came with the request and is read; json keeps the digits, as it does in `answered`.
  inputs json not null,
  -- By feature, in the form of the answer.
  answered json not null,
  -- Also the as-of time of what was computed.
  answered_at timestamptz not null,
  key_id text
);
create index on featstore.computed_answers (service, version, answer_id);
create index on featstore.computed_answers (answered_at);

-- Keeps computed answers as `keep_answers` does those of views, and not those of which a row is erased already. One whose
-- view has another name by now is let go: its rows could not be found.
create function featstore.keep_computed_answers(p_answers jsonb, p_most bigint, p_days integer) returns bigint language plpgsql as $$
declare
  let_go bigint;
begin
  -- The table that an erasure under way holds: it is waited for, and then seen.
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

-- Whoever erases a key from a view's rows erases what was computed from them. By entity, since a view may have got
-- another name since.
create function featstore.erase_computed_answers() returns trigger language plpgsql as $$
declare
  v_entity constant text := (select definition -> 'entity' ->> 'name' from featstore.feature_views
    where name = new.view and version = new.version);
begin
  delete from featstore.computed_answers as a
    where exists (select from jsonb_array_elements(a.witnesses) as w
      where w ->> 'entity' = v_entity and featstore.key_digest(w -> 'key') = new.key_digest
        and coalesce(w ->> 'tenant' = new.tenant, true));
  return null;
end $$;
create trigger erase_computed_answers after insert on featstore.erased_keys
  for each row execute function featstore.erase_computed_answers();
