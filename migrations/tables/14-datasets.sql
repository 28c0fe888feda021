-- Public datasets: definitions, snapshots, builds, takedowns, terms and downloads. The files of snapshots are elsewhere
-- (datasets.folder, datasets.s3_url).

-- The datasets as applied. A dataset has no versions: every snapshot has its own definition.
create table featstore.datasets (
  name text primary key,
  definition jsonb not null,
  document_hash text not null,
  applied_at timestamptz not null,
  -- As in the history of the registry: `ada@laptop`.
  applied_by text not null
);

-- A row makes a snapshot visible; rows are never deleted.
create table featstore.dataset_snapshots (
  -- SHA-256 of the manifest's text.
  id text primary key check (id ~ '^[0-9a-f]{64}$'),
  -- The order in which snapshots were published.
  number bigint generated always as identity unique,
  dataset text not null,
  version text not null check (version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
  -- Not jsonb: the text stays as it was hashed.
  manifest json not null,
  created_at timestamptz not null default clock_timestamp(),
  withdrawn_at timestamptz,
  withdrawn_reason text,
  unique (dataset, version),
  check ((withdrawn_at is null) = (withdrawn_reason is null))
);
create index dataset_snapshots_newest on featstore.dataset_snapshots (dataset, number desc);

-- Rows that later snapshots leave out. It has no keys, only their HMAC: see the function `key_digest`.
create table featstore.dataset_takedowns (
  dataset text not null,
  key_digest text not null,
  reason text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (dataset, key_digest)
);

create table featstore.dataset_builds (
  id text primary key check (id ~ '^[a-z2-7]{16}$'),
  dataset text not null,
  state text not null check (state in ('running', 'finished', 'failed')),
  -- The process that works on it, and until when it is assumed to live; it renews this.
  token bigint not null unique,
  holder jsonb not null,
  expires_at timestamptz not null,
  -- Rows read so far.
  rows_done bigint not null default 0,
  -- The result, and whether an earlier snapshot is the same.
  snapshot text references featstore.dataset_snapshots (id),
  is_unchanged boolean,
  -- {"code", "detail"}
  failure jsonb,
  created_by jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  check ((state = 'finished') = (snapshot is not null)),
  check ((state = 'failed') = (failure is not null))
);
-- One process builds a dataset at a time.
create unique index dataset_builds_running on featstore.dataset_builds (dataset) where state = 'running';
create index dataset_builds_newest on featstore.dataset_builds (dataset, created_at);

create table featstore.dataset_downloads (
  dataset text not null,
  -- A snapshot's id.
  snapshot text not null,
  -- In UTC.
  day date not null,
  downloads bigint not null,
  bytes bigint not null,
  primary key (dataset, snapshot, day)
);

create table featstore.dataset_acceptances (
  dataset text not null,
  terms_version text not null,
  -- Who may download: `organisation <id>`, or `key <first key's id>` for a key without one.
  owner text not null,
  organisation_id text,
  -- The key with which they were accepted.
  key_id text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (dataset, terms_version, owner)
);

-- Exports of selected columns.
create table featstore.dataset_exports (
  id text primary key check (id ~ '^[a-z2-7]{16}$'),
  dataset text not null,
  -- A snapshot's id.
  snapshot text not null,
  -- {"format", "columns", "split"}
  selection jsonb not null,
  -- As in dataset_acceptances.
  owner text not null,
  organisation_id text,
  key_id text not null,
  -- A repeated request with this key gets the same export, unless that has failed, or its file is gone.
  idempotency_key text,
  state text not null check (state in ('running', 'finished', 'failed', 'cancelled', 'expired')),
  is_cancel_requested boolean not null default false,
  -- The process that works on it, and until when it is assumed to live; it renews this.
  token bigint not null unique,
  holder jsonb not null,
  expires_at timestamptz not null,
  rows_done bigint not null default 0,
  -- {"bytes", "sha256", "rows"}
  result jsonb,
  -- {"code", "detail"}
  failure jsonb,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  check (state <> 'finished' or result is not null),
  check ((state = 'running') = (finished_at is null))
);
create unique index dataset_exports_repeated on featstore.dataset_exports (owner, idempotency_key);
create index dataset_exports_active on featstore.dataset_exports (owner) where state = 'running';
