-- Public datasets: snapshots, builds, takedowns and downloads. The files are elsewhere (datasets.folder, datasets.s3_url).

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

-- Rows that later snapshots leave out. It holds no keys, only their HMAC: see `featstore.key_digest`.
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
  -- The result, and whether this build made it.
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

-- Begins a build, after it ended a running one whose lease is over or whose token is `p_dead_token`. Gives {"token"}, or
-- {"running", "token", "holder"} of the build that is under way.
create function featstore.begin_dataset_build(p_id text, p_dataset text, p_holder jsonb, p_actor jsonb, p_dead_token bigint)
returns jsonb language plpgsql as $$
declare
  new_token constant bigint := nextval('featstore.lease_tokens');
  earlier featstore.dataset_builds;
begin
  perform pg_advisory_xact_lock(hashtextextended('featstore.dataset_builds ' || p_dataset, 0));
  select * into earlier from featstore.dataset_builds where dataset = p_dataset and state = 'running' for update;
  if found then
    if earlier.expires_at > clock_timestamp() and earlier.token is distinct from p_dead_token then
      return jsonb_build_object('running', earlier.id, 'token', earlier.token::text, 'holder', earlier.holder);
    end if;
    update featstore.dataset_builds set state = 'failed', finished_at = clock_timestamp(),
        failure = featstore.interrupted_dataset_build() where id = earlier.id;
  end if;
  insert into featstore.dataset_builds (id, dataset, state, token, holder, expires_at, created_by)
    values (p_id, p_dataset, 'running', new_token, p_holder, clock_timestamp() + interval '1 minute', p_actor);
  return jsonb_build_object('token', new_token::text);
end $$;

create function featstore.interrupted_dataset_build() returns jsonb language sql immutable as $$
  select jsonb_build_object('code', 'dataset_build_interrupted', 'detail', 'The process that built it has ended: build it again.')
$$;

-- Publishes a snapshot and ends its build: {"id", "dataset", "version", "manifest", "rows"}, the manifest as text,
-- and the rows that were read. Null as manifest: the snapshot is there already, unchanged. False: the build has lost its lease, and nothing was done.
create function featstore.publish_dataset_snapshot(p_build text, p_token bigint, p_snapshot jsonb, p_actor jsonb)
returns boolean language plpgsql as $$
begin
  perform from featstore.dataset_builds where id = p_build and token = p_token and state = 'running' for update;
  if not found then return false; end if;
  if p_snapshot ->> 'manifest' is not null then
    insert into featstore.dataset_snapshots (id, dataset, version, manifest)
      values (p_snapshot ->> 'id', p_snapshot ->> 'dataset', p_snapshot ->> 'version', (p_snapshot ->> 'manifest')::json);
    perform featstore.record_change(p_actor, null, 'dataset.published', p_snapshot ->> 'id', null,
      jsonb_build_object('dataset', p_snapshot -> 'dataset', 'version', p_snapshot -> 'version', 'build', p_build));
  end if;
  update featstore.dataset_builds set state = 'finished', finished_at = clock_timestamp(), snapshot = p_snapshot ->> 'id',
      is_unchanged = p_snapshot ->> 'manifest' is null, rows_done = (p_snapshot ->> 'rows')::bigint where id = p_build;
  return true;
end $$;

-- Withdraws a snapshot. Null: there is none of this id. False: it was withdrawn before; its reason stays.
create function featstore.withdraw_dataset_snapshot(p_id text, p_reason text, p_actor jsonb)
returns boolean language plpgsql as $$
declare
  withdrawn featstore.dataset_snapshots;
begin
  update featstore.dataset_snapshots set withdrawn_at = clock_timestamp(), withdrawn_reason = p_reason
    where id = p_id and withdrawn_at is null returning * into withdrawn;
  if not found then
    return case when exists (select from featstore.dataset_snapshots where id = p_id) then false end;
  end if;
  perform featstore.record_change(p_actor, null, 'dataset.withdrawn', p_id, null,
    jsonb_build_object('dataset', withdrawn.dataset, 'version', withdrawn.version, 'reason', p_reason));
  return true;
end $$;

-- Leaves a key, an array of texts, out of later snapshots of these datasets. Gives those that did not have it yet.
create function featstore.take_down_from_datasets(p_datasets jsonb, p_key jsonb, p_reason text, p_actor jsonb)
returns jsonb language plpgsql as $$
declare
  digest constant text := featstore.key_digest(p_key);
  added jsonb;
begin
  with inserted as (
    insert into featstore.dataset_takedowns (dataset, key_digest, reason)
      select name, digest, p_reason from jsonb_array_elements_text(p_datasets) as listed (name) order by name
      on conflict do nothing returning dataset
  )
  select coalesce(jsonb_agg(dataset order by dataset), '[]') into added from inserted;
  perform featstore.record_change(p_actor, null, 'dataset.key_taken_down', name, null,
      jsonb_build_object('key_digest', digest, 'reason', p_reason))
    from jsonb_array_elements_text(added) as listed (name);
  return added;
end $$;

-- Counts downloads: [{"dataset", "snapshot", "day", "downloads", "bytes"}].
create function featstore.count_dataset_downloads(p_counts jsonb) returns void language sql as $$
  insert into featstore.dataset_downloads as d (dataset, snapshot, day, downloads, bytes)
    select c.dataset, c.snapshot, c.day, sum(c.downloads), sum(c.bytes)
      from jsonb_to_recordset(p_counts) as c (dataset text, snapshot text, day date, downloads bigint, bytes bigint)
      group by 1, 2, 3 order by 1, 2, 3
    on conflict (dataset, snapshot, day) do update
      set downloads = d.downloads + excluded.downloads, bytes = d.bytes + excluded.bytes;
$$;
