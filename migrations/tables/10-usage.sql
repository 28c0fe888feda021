-- Usage of each key and organisation, by month for quotas and by day for the history; which key reads which view.

-- The total of each calendar month in UTC. `holder`: an organisation, or the first key in a series of rotations.
create table featstore.usage_months (
  holder text not null,
  month date not null check (extract(day from month) = 1),
  requests bigint not null,
  rows bigint not null,
  -- Of downloads.
  bytes bigint not null,
  primary key (holder, month)
);

create table featstore.usage_days (
  -- In UTC, by the clock of the server that counted.
  day date not null,
  key_id text not null,
  operation text not null,
  -- Null: a key without an organisation.
  organisation_id text,
  requests bigint not null,
  rows bigint not null,
  bytes bigint not null,
  errors bigint not null,
  -- The number of responses by duration, up to the slowest one; the server has the bounds.
  latency bigint[] not null,
  primary key (day, key_id, operation)
);
create index usage_days_organisation on featstore.usage_days (organisation_id, day);
create index usage_days_key on featstore.usage_days (key_id, day);

create table featstore.usage_views (
  day date not null,
  key_id text not null,
  view text not null,
  version integer not null,
  organisation_id text,
  requests bigint not null,
  rows bigint not null,
  primary key (day, key_id, view, version)
);
create index usage_views_organisation on featstore.usage_views (organisation_id, day);
create index usage_views_key on featstore.usage_views (key_id, day);

-- The number of the last flush of each process that counts, so that a repeated flush changes nothing.
create table featstore.usage_writers (
  id text primary key,
  flush bigint not null,
  seen_at timestamptz not null default clock_timestamp()
);

-- Notices that an organisation has used this many percent of a month's quota.
create table featstore.usage_notices (
  organisation_id text not null,
  month date not null,
  quota text not null check (quota in ('requests', 'rows', 'bytes')),
  percent integer not null,
  used bigint not null,
  maximum bigint not null,
  -- The flush that noticed it: if it is repeated, it returns the notice again.
  writer text not null,
  flush bigint not null,
  noticed_at timestamptz not null default clock_timestamp(),
  primary key (organisation_id, month, quota, percent)
);
create index usage_notices_flush on featstore.usage_notices (writer, flush);

-- The day, in UTC, on which each key last read each view version. Kept for a month.
create table featstore.view_reads (
  key_id text not null references featstore.api_keys (id) on delete cascade,
  view text not null,
  version integer not null,
  last_read_on date not null,
  primary key (view, version, key_id),
  foreign key (view, version) references featstore.feature_views (name, version) on update cascade on delete cascade
);
