-- Search for vectors. The vectors of each embedding are in a table of their own, `vectors_<id>`, with an index that outlives
-- generations: a row is written only if a vector changed, and has the generations that contain it, from `_from` on and before
-- `_to`. It contains only what can be found: rows with an event time and a vector; under cosine, no vector of length 0.
-- Types of pgvector appear only in texts that are executed, so that PostgreSQL without it can run these files, and the
-- extension can be added later.

create table featstore.vector_tables (
  vector_table_id bigint generated always as identity primary key,
  view text not null,
  version integer not null,
  feature text not null,
  table_name text not null generated always as ('vectors_' || vector_table_id::text) stored,
  metric text not null,
  dimensions integer not null,
  -- The generations that it has, in ascending order. Its rows say nothing about others.
  generations integer[] not null default '{}',
  -- The number of vectors in the newest of them.
  rows bigint not null default 0,
  -- {"kind": "hnsw", "m", "ef_construction", "ef_search"}; null: there is no index, every search is exact.
  index jsonb,
  -- The recall of the index compared with exact search: {"at", "sample", "recall"}.
  recall jsonb,
  updated_at timestamptz not null default clock_timestamp(),
  unique (view, version, feature),
  foreign key (view, version) references featstore.feature_views (name, version) on update cascade on delete cascade
);
