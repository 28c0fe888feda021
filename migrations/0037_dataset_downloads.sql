-- Downloads of datasets: acceptances of terms, and exports of selected columns.

create table featstore.dataset_acceptances (
  dataset text not null,
  terms_version text not null,
  -- Who may download: `organisation <id>`, or `key <id>` for the line of a key without one.
  owner text not null,
  organisation_id text,
  -- The key with which they were accepted.
  key_id text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (dataset, terms_version, owner)
);

-- Accepts terms, and gives when they were accepted first. `p_actor` is for the audit log.
create function featstore.accept_dataset_terms(p_dataset text, p_version text, p_owner text, p_organisation text, p_key text, p_actor jsonb)
returns timestamptz language plpgsql as $$
declare
  accepted timestamptz;
begin
  insert into featstore.dataset_acceptances (dataset, terms_version, owner, organisation_id, key_id)
    values (p_dataset, p_version, p_owner, p_organisation, p_key)
    on conflict do nothing returning at into accepted;
  if found then
    perform featstore.record_change(p_actor, p_organisation, 'dataset.terms_accepted', p_dataset, null,
      jsonb_build_object('version', p_version));
    return accepted;
  end if;
  return (select at from featstore.dataset_acceptances
    where dataset = p_dataset and terms_version = p_version and owner = p_owner);
end $$;

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

-- Ends exports whose process has ended: those whose lease is over, and those with these tokens.
create function featstore.end_dead_dataset_exports(p_dead_tokens bigint[]) returns void language sql as $$
  update featstore.dataset_exports set state = 'failed', finished_at = clock_timestamp(), idempotency_key = null,
      failure = jsonb_build_object('code', 'export_interrupted', 'detail', 'The process that worked on it has ended: create the export again.')
    where state = 'running' and (expires_at <= clock_timestamp() or token = any (p_dead_tokens));
$$;

-- Creates an export: {"id", "dataset", "snapshot", "selection", "owner", "organisation", "key", "limit", "idempotencyKey"}.
-- Gives {"token"}, or {"refused": "repeated" (with the id) | "reused" | "limit"}.
create function featstore.begin_dataset_export(p_export jsonb, p_holder jsonb, p_actor jsonb) returns jsonb language plpgsql as $$
declare
  this_owner constant text := p_export ->> 'owner';
  new_token constant bigint := nextval('featstore.lease_tokens');
  earlier featstore.dataset_exports;
begin
  -- Two servers that count at the same time would both find the last place free.
  perform pg_advisory_xact_lock(hashtextextended('featstore.dataset_exports ' || this_owner, 0));
  perform featstore.end_dead_dataset_exports('{}');
  select * into earlier from featstore.dataset_exports
    where owner = this_owner and idempotency_key = p_export ->> 'idempotencyKey' for update;
  if found and earlier.state in ('running', 'finished') and not earlier.is_cancel_requested then
    if earlier.dataset <> p_export ->> 'dataset' or earlier.snapshot <> p_export ->> 'snapshot'
        or earlier.selection <> p_export -> 'selection' then
      return jsonb_build_object('refused', 'reused');
    end if;
    return jsonb_build_object('refused', 'repeated', 'id', earlier.id);
  end if;
  update featstore.dataset_exports set idempotency_key = null where id = earlier.id;
  if (select count(*) from featstore.dataset_exports where owner = this_owner and state = 'running')
      >= (p_export ->> 'limit')::bigint then
    return jsonb_build_object('refused', 'limit');
  end if;
  insert into featstore.dataset_exports (id, dataset, snapshot, selection, owner, organisation_id, key_id, idempotency_key,
      state, token, holder, expires_at)
    values (p_export ->> 'id', p_export ->> 'dataset', p_export ->> 'snapshot', p_export -> 'selection', this_owner,
      p_export ->> 'organisation', p_export ->> 'key', p_export ->> 'idempotencyKey', 'running', new_token, p_holder,
      clock_timestamp() + interval '1 minute');
  perform featstore.record_change(p_actor, p_export ->> 'organisation', 'dataset.export_created', p_export ->> 'id', null,
    jsonb_build_object('dataset', p_export -> 'dataset', 'snapshot', p_export -> 'snapshot', 'selection', p_export -> 'selection'));
  return jsonb_build_object('token', new_token::text);
end $$;

-- Ends finished exports that are older than this, and those of withdrawn snapshots. Their files are removed after that.
create function featstore.expire_dataset_exports(p_seconds float8) returns void language sql as $$
  update featstore.dataset_exports as e set state = 'expired', idempotency_key = null
    where e.state = 'finished' and (e.finished_at <= clock_timestamp() - make_interval(secs => p_seconds)
      or exists (select from featstore.dataset_snapshots as s where s.id = e.snapshot and s.withdrawn_at is not null));
$$;
