-- Runs and the generations that they make; leases, changes of sources, backfills.
--
-- The rows of a full run, and those of the incremental runs after it, are in one table, `<generation>_rows`. Each row has the
-- generations that contain it: from `_from` on, and before `_to`. A generation is a SQL view over this table, so it stays
-- complete for its readers, who need not know about the table.

create table featstore.runs (
  run_id bigint generated always as identity primary key,
  view text not null,
  version integer not null,
  generation integer not null,
  -- `interrupted`: a backfill that stopped early and can be resumed.
  state text not null check (state in ('running', 'published', 'failed', 'abandoned', 'interrupted')),
  holder jsonb not null,
  as_of timestamptz not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  rows bigint,
  -- Rows that were left out because their tenant and key together are too long for the primary key.
  ignored_rows bigint,
  -- Values that a cast lost, by feature: {"count": 3, "examples": [...]}.
  unparsed jsonb,
  failure_code text,
  failure_message text,
  -- Contracts that the rows break, an array of {"feature", "rule", "promise", "rows", "examples"}, and the reason for which
  -- they were published anyway.
  broken_contracts jsonb,
  forced_because text,
  kind text not null default 'full' check (kind in ('full', 'incremental')),
  -- The number of entities that an incremental run computed.
  recomputed bigint,
  -- Why a run that was requested as incremental was a full one.
  why_full text,
  -- Entities that incremental runs had wrong, as a full run with the same as-of time found: {"rows", "examples"}, with up to
  -- five keys.
  repaired jsonb,
  -- Notes for people about a published run: [{"code", "message"}], without keys of entities.
  warnings jsonb not null default '[]',
  foreign key (view, version) references featstore.feature_views (name, version) on update cascade
);
create index on featstore.runs (view, version, run_id);

create table featstore.generations (
  view text not null,
  version integer not null,
  generation integer not null,
  run_id bigint not null unique references featstore.runs (run_id),
  -- `broken`: it breaks a contract, and its table is kept for inspection.
  state text not null
    check (state in ('building', 'filled', 'broken', 'published', 'dropped', 'failed', 'interrupted')),
  as_of timestamptz not null,
  table_name text not null unique,
  rows bigint,
  published_at timestamptz,
  -- The full generation whose table has the rows. Null: a generation from before this column, with a table of its own.
  base_generation integer,
  -- The generation has the rows of all transactions below this number. Null: unknown. Its default is below.
  horizon bigint,
  -- The PostgreSQL server to which `horizon` belongs. Its default is below.
  cluster text,
  -- The number of rows that incremental runs wrote since the full one.
  changes bigint not null default 0,
  -- The number of rows without a value, for each feature whose contract limits it.
  nulls jsonb,
  -- The snapshot with which the run began. Unlike `horizon`, it does not wait for the oldest transaction to end.
  begun_after pg_snapshot default pg_current_snapshot(),
  -- The partitions and inheriting tables of the tables that the view reads, when its rows were read: by the table's oid, a
  -- sorted list of oids. A partition that is dropped or detached takes its rows along and leaves no other trace. Null: a
  -- generation from before this column.
  source_parts jsonb,
  primary key (view, version, generation),
  foreign key (view, version) references featstore.feature_views (name, version) on update cascade
);

alter table featstore.feature_views
  add foreign key (name, version, served_generation)
    references featstore.generations (view, version, generation) on update cascade;

create sequence featstore.lease_tokens;

-- `token` has a unique index so that FOR KEY SHARE on a lease blocks, and waits for, a change of the token but not a heartbeat.
create table featstore.leases (
  name text primary key,
  token bigint not null unique,
  holder jsonb not null,
  expires_at timestamptz not null,
  run_id bigint references featstore.runs (run_id)
);

-- The result of one search for changes, for the views that share it. A lease with the same token and without a run holds it.
create table featstore.change_sets (
  change_set_id bigint generated always as identity primary key,
  token bigint not null unique,
  tables text[] not null
);

-- Backfills: runs that compute all entities in chunks, one statement per chunk, so that an interrupted one can be resumed.
create table featstore.backfills (
  run_id bigint primary key references featstore.runs (run_id),
  -- {"chunkEntities", "keysColumns", "keysText", "sql", "parameters"}
  plan jsonb not null,
  -- The table that assigns entities to chunks. It is dropped after the last chunk.
  keys_table text not null,
  chunks integer not null,
  done integer not null default 0,
  rows bigint not null default 0
);

-- The last comparison of rows that were read back with the table, for each view version.
create table featstore.read_backs (
  view text not null,
  version integer not null,
  generation integer not null,
  -- True if they were read as servers read them, through the online store; false if only by PostgreSQL's statements.
  through_store boolean not null,
  -- A difference stays until a comparison that covers the same path finds none.
  differs boolean not null,
  primary key (view, version),
  foreign key (view, version) references featstore.feature_views (name, version) on update cascade on delete cascade
);

-- After the functions:

alter table featstore.generations
  alter column horizon set default featstore.oldest_transaction(),
  alter column cluster set default featstore.cluster_identity();

create trigger note_source_parts before insert or update of base_generation on featstore.generations
  for each row execute function featstore.note_source_parts();
