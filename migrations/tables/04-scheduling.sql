-- Scheduled runs: the server that starts them, and the progress of each view version's schedule.

-- A server is the leader until `expires_at`, which it postpones while it lives. It is no row of `featstore.leases`, which
-- belong to runs.
create table featstore.scheduler_leader (
  singleton boolean primary key default true check (singleton),
  -- Unique, so that FOR KEY SHARE blocks, and waits for, a change of the leader but not a renewal.
  token bigint not null unique,
  holder jsonb not null,
  led_since timestamptz not null,
  expires_at timestamptz not null
);

create table featstore.schedules (
  view text not null,
  version integer not null,
  -- The schedule that `seen_at` belongs to, such as `0 3 * * * UTC`; null: none, the version's freshness drives it.
  schedule text,
  -- The newest time of the schedule that was handled: a run began, or it was skipped.
  seen_at timestamptz,
  -- Set while a run that the scheduler began is in progress.
  claim bigint unique,
  claimed_at timestamptz,
  claimed_mode text check (claimed_mode in ('incremental', 'reconcile')),
  -- When a scheduled run last computed every row again.
  reconciled_at timestamptz,
  -- The number of failed runs since the last one that did not fail, the code of the newest, and the time of the next try.
  failures integer not null default 0,
  failure_code text,
  retry_at timestamptz,
  -- The number of times that came while a run of the view was in progress, and the last of them.
  skipped bigint not null default 0,
  skipped_at timestamptz,
  primary key (view, version),
  foreign key (view, version) references featstore.feature_views (name, version) on update cascade,
  check ((claim is null) = (claimed_at is null) and (claim is null) = (claimed_mode is null))
);
