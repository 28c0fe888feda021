-- Samples of responses, which the audit compares with the tables and with values that are computed again.

create table featstore.answers (
  answer_id bigint generated always as identity primary key,
  view text not null,
  version integer not null,
  generation integer not null,
  entity text not null,
  -- The tenant scope that was read; '' is the shared one.
  tenant text not null,
  -- An array of texts, the parts of the key in order.
  entity_key jsonb not null,
  status text not null check (status in ('complete', 'missing', 'unknown_entity', 'expired')),
  -- By feature, in the form of the response: json keeps the digits of numbers, jsonb would not keep those of "-0".
  answered json not null,
  answered_at timestamptz not null,
  -- The API key's id, never the key; null: no key was needed.
  key_id text
);
create index on featstore.answers (view, version, answer_id);
create index on featstore.answers (entity, entity_key);
create index on featstore.answers (answered_at);

-- Values that services computed for responses, with the rows that they were computed from.
create table featstore.computed_answers (
  answer_id bigint generated always as identity primary key,
  service text not null,
  version integer not null,
  -- The tenant scope that was read, and the parts of the requested key, an array of texts.
  tenant text not null,
  entity_key jsonb not null,
  -- The rows that were read: [{view, version, generation, entity, tenant, key}]; `key` is null if no key led to a row.
  witnesses jsonb not null,
  -- By name, the inputs of the request that the service reads; json keeps their digits, as it does in `answered`.
  inputs json not null,
  -- By feature, in the form of the response.
  answered json not null,
  -- Also the as-of time of the computed values.
  answered_at timestamptz not null,
  key_id text
);
create index on featstore.computed_answers (service, version, answer_id);
create index on featstore.computed_answers (answered_at);
