-- Training sets: one row a job. Its spine lies in an unlogged table of its own while the job lasts.

create table featstore.training_sets (
  id text primary key check (id ~ '^[a-z2-7]{16}$'),
  -- Null: made by nobody's key, or by one that is bound to no tenant.
  tenant text check (tenant <> ''),
  state text not null check (state in ('loading', 'queued', 'running', 'finished', 'failed', 'cancelled')),
  request jsonb not null,
  -- Null once it is dropped.
  spine_table text unique,
  -- Who works on it, and until when it is believed to: see `featstore.leases`.
  token bigint not null unique,
  holder jsonb not null,
  expires_at timestamptz not null,
  is_cancel_requested boolean not null default false,
  spine_rows bigint,
  rows_done bigint not null default 0,
  -- SHA-256 over all that the result depends on, but for the sources' rows.
  reuse_key text,
  manifest json,
  failure jsonb,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  check ((state = 'finished') = (manifest is not null))
);
create index on featstore.training_sets (reuse_key) where state = 'finished';
create index on featstore.training_sets (state) where state in ('loading', 'queued', 'running') or spine_table is not null;

-- Notes a job and makes its empty spine table, `p_keys` being [{"name", "databaseType"}]. Gives the job's token.
create function featstore.begin_training_set(p_id text, p_tenant text, p_request jsonb, p_holder jsonb, p_keys jsonb)
returns bigint language plpgsql as $$
declare
  new_token constant bigint := nextval('featstore.lease_tokens');
  new_table constant text := format('training_spine_%s', p_id);
  columns text;
begin
  select string_agg(format('%I %s not null', item ->> 'name', item ->> 'databaseType'), ', ' order by position) into columns
    from jsonb_array_elements(p_keys) with ordinality as listed (item, position);
  insert into featstore.training_sets (id, tenant, state, request, spine_table, token, holder, expires_at)
    values (p_id, p_tenant, 'loading', p_request, new_table, new_token, p_holder, clock_timestamp() + interval '2 minutes');
  execute format('create unlogged table featstore.%I (_row bigint primary key, _tenant text not null, %s, '
    '_as_of timestamptz not null, _passthrough text)', new_table, columns);
  return new_token;
end $$;

-- False: somebody still reads it, as the backend of a killed client may; then the next sweep drops it.
create function featstore.drop_training_spine(p_id text) returns boolean language plpgsql as $$
declare
  dropped text;
begin
  select spine_table into dropped from featstore.training_sets where id = p_id and spine_table is not null for update;
  if not found then return true; end if;
  begin
    perform set_config('lock_timeout', '2s', true);
    execute format('drop table if exists featstore.%I', dropped);
  exception
    when lock_not_available then return false;
  end;
  update featstore.training_sets set spine_table = null where id = p_id;
  return true;
end $$;

-- Ends a job. False: it had ended, or somebody else ended it.
create function featstore.end_training_set(p_id text, p_token bigint, p_state text, p_manifest json, p_failure jsonb)
returns boolean language plpgsql as $$
begin
  update featstore.training_sets set state = p_state, manifest = p_manifest, failure = p_failure, finished_at = clock_timestamp(),
      rows_done = case when p_state = 'finished' then spine_rows else rows_done end
    where id = p_id and token = p_token and state in ('loading', 'queued', 'running');
  if not found then return false; end if;
  perform featstore.drop_training_spine(p_id);
  return true;
end $$;

-- Ends the jobs of dead processes and drops the tables that are left. Gives the ids of the jobs that it ended.
create function featstore.sweep_training_sets(p_dead_tokens bigint[]) returns jsonb language plpgsql as $$
declare
  dead record;
  ended jsonb := '[]';
begin
  for dead in
    select id, token from featstore.training_sets
      where state in ('loading', 'queued', 'running') and (expires_at <= clock_timestamp() or token = any (p_dead_tokens))
      order by id
  loop
    if featstore.end_training_set(dead.id, dead.token, 'failed', null,
      jsonb_build_object('code', 'training_set_interrupted', 'detail', 'The process that made it has ended: ask for it again.'))
    then
      ended := ended || to_jsonb(dead.id);
    end if;
  end loop;
  perform featstore.drop_training_spine(id) from featstore.training_sets
    where spine_table is not null and state in ('finished', 'failed', 'cancelled');
  return ended;
end $$;

-- The rows of a query as JSON objects in column order. The transaction becomes a read-only one, which cannot be undone.
create function featstore.read_spine(p_query text) returns setof text language plpgsql as $$
begin
  perform set_config('transaction_read_only', 'on', true), set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true);
  return query execute format(E'select row_to_json(spine)::text from (\n%s\n) as spine', p_query);
end $$;
