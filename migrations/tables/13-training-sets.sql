-- Training sets, one row per job. While a job lasts, its spine is in an unlogged table of its own.

create table featstore.training_sets (
  id text primary key check (id ~ '^[a-z2-7]{16}$'),
  -- Null: made without a key, or with one that is bound to no tenant.
  tenant text check (tenant <> ''),
  state text not null
    constraint training_sets_state_check
    check (state in ('loading', 'queued', 'running', 'finished', 'failed', 'cancelled', 'deleted')),
  request jsonb not null,
  -- Null once it is dropped.
  spine_table text unique,
  -- The process that works on it, and until when it is assumed to live; it renews this.
  token bigint not null unique,
  holder jsonb not null,
  expires_at timestamptz not null,
  is_cancel_requested boolean not null default false,
  spine_rows bigint,
  rows_done bigint not null default 0,
  -- SHA-256 over everything that determines the result, except the rows of the sources.
  reuse_key text,
  manifest json,
  failure jsonb,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  -- Everything that a job needs except its spine. Null while the spine is loaded, and for jobs from before this column.
  job jsonb,
  -- The number of processes that died while they made it. A process that stops in an orderly way does not count.
  attempts integer not null default 0,
  -- The key that requested it, whose usage gets its rows when it finishes. Null: a command.
  key_id text,
  line_id text,
  organisation_id text,
  check ((state = 'finished') = (manifest is not null))
);
create index on featstore.training_sets (reuse_key) where state = 'finished';
create index on featstore.training_sets (state) where state in ('loading', 'queued', 'running') or spine_table is not null;

-- Requests with an idempotency key: a repeated one gets the same training set.
create table featstore.training_set_requests (
  -- The owner of the idempotency key: `organisation <id>`, or `key <first key's id>` for a key without one.
  owner text not null,
  idempotency_key text not null,
  -- SHA-256 of the request, 64 hexadecimal digits.
  digest text not null,
  training_set text not null references featstore.training_sets (id) on delete cascade,
  primary key (owner, idempotency_key)
);
create index on featstore.training_set_requests (training_set);
