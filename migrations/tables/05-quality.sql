-- Profiles of generations, the baselines of drift, and drift.

create table featstore.profiles (
  view text not null,
  version integer not null,
  generation integer not null,
  profile jsonb not null,
  profiled_at timestamptz not null default clock_timestamp(),
  primary key (view, version, generation),
  foreign key (view, version, generation) references featstore.generations (view, version, generation) on update cascade
);

-- The generation with which drift of a view version compares, with its profile, because old profiles are deleted.
create table featstore.baselines (
  view text not null,
  version integer not null,
  generation integer not null,
  profile jsonb not null,
  set_at timestamptz not null default clock_timestamp(),
  set_by text not null,
  primary key (view, version),
  foreign key (view, version, generation) references featstore.generations (view, version, generation) on update cascade
);

-- The drift of a generation's features at its publish, from the previous generation and from the baseline.
create table featstore.drifts (
  view text not null,
  version integer not null,
  generation integer not null,
  against text not null check (against in ('previous', 'baseline')),
  baseline_generation integer not null,
  drift jsonb not null,
  measured_at timestamptz not null default clock_timestamp(),
  primary key (view, version, generation, against),
  foreign key (view, version, generation) references featstore.profiles (view, version, generation)
    on update cascade on delete cascade
);
