-- The registry: applied definitions, what their names mean, and the history of changes.
-- Locks are taken in this order: lease, registry_state, feature_views.

do $$
begin
  -- A role may own the schemas without the right to create any: then they exist already.
  if to_regnamespace('featstore') is null then create schema featstore; end if;
  if to_regnamespace('features') is null then create schema features; end if;
end $$;
comment on schema featstore is 'Featstore: registry, runs and keys';
comment on schema features is 'Featstore: one table per generation, one view per feature view version';

create table featstore.registry_state (
  singleton boolean primary key default true check (singleton),
  revision bigint not null,
  -- The revision of the last `apply`. A publish raises `revision` only, so that plans stay valid.
  applied_revision bigint not null
);
insert into featstore.registry_state (revision, applied_revision) values (0, 0);

create table featstore.entities (
  name text primary key,
  definition jsonb not null,
  applied_at timestamptz not null
);

create table featstore.feature_views (
  name text not null,
  version integer not null check (version > 0),
  definition jsonb not null,
  ir_version integer not null,
  meaning_hash text not null,
  document_hash text not null,
  compiler_version integer not null,
  sql text not null,
  sql_parameters jsonb not null,
  columns jsonb not null,
  applied_at timestamptz not null,
  -- Set: the version is deprecated, and retired from the sunset on. The function `view_state` tells, since no statement runs
  -- at a sunset.
  deprecated_at timestamptz,
  sunset_at timestamptz check (sunset_at is null or deprecated_at is not null),
  -- The version to read instead, such as `lyric_sentiment@3`; null: the promoted version.
  successor text,
  -- Only grows: a generation's number is never reused.
  last_generation integer not null default 0,
  served_generation integer,
  people_view_generation integer,
  -- For a view whose source has no history: the as-of time of the first generation whose rows are kept when they change.
  history_since timestamptz,
  -- The number of erasures. Servers that hold rows in memory drop those from before.
  erasures bigint not null default 0,
  primary key (name, version)
);

create table featstore.feature_services (
  name text not null,
  version integer not null check (version > 0),
  definition jsonb not null,
  ir_version integer not null,
  meaning_hash text not null,
  document_hash text not null,
  applied_at timestamptz not null,
  primary key (name, version)
);

-- The version that an unpinned name means. `next_version` is applied but cannot be served yet; it is promoted with its first
-- publish. `earlier`: the versions that were promoted before and could be read, the newest last; a rollback takes the last.
create table featstore.feature_view_promotions (
  name text primary key,
  version integer not null,
  next_version integer,
  earlier integer[] not null default '{}',
  -- The newest version that the name was rolled back from: until the next `promote`, new versions do not wait for promotion.
  -- Null: they do.
  rolled_back_from integer,
  foreign key (name, version) references featstore.feature_views (name, version) on update cascade,
  foreign key (name, next_version) references featstore.feature_views (name, version) on update cascade
);

create table featstore.feature_service_promotions (
  name text primary key,
  version integer not null,
  next_version integer,
  earlier integer[] not null default '{}',
  rolled_back_from integer,
  foreign key (name, version) references featstore.feature_services (name, version),
  foreign key (name, next_version) references featstore.feature_services (name, version)
);

-- Former names of views. Each is valid, with a warning, until its sunset. The row stays afterwards, so that the name never
-- means another view.
create table featstore.renamed_views (
  old_name text primary key,
  new_name text not null,
  renamed_at timestamptz not null,
  -- Null: not decided yet.
  sunset_at timestamptz
);

-- Who changed the registry, when and why. Rows are only added.
create table featstore.history (
  event_id bigint generated always as identity primary key,
  revision bigint not null,
  happened_at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('apply', 'promote', 'rollback', 'retire', 'restore', 'force', 'erase')),
  -- The name that the caller passed: a person and a machine, or the run whose publish promoted a version.
  actor text not null,
  database_role text not null default current_user,
  message text,
  -- An array of objects, each with `definition`, `name` and `version`.
  changes jsonb not null
);
