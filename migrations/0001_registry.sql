-- The registry, and the functions that change it. Every change is one call, so it is atomic by itself.
--
-- Errors of ours have SQLSTATE FS001: the message is a stable code, the detail its parameters as JSON.
-- Locks are taken in this order: lease, registry_state, feature_views.

do $$
begin
  -- A role may own both schemas without the right to create any: then they are there already.
  if to_regnamespace('featstore') is null then create schema featstore; end if;
  if to_regnamespace('features') is null then create schema features; end if;
end $$;

comment on schema featstore is 'Featstore: registry, runs and keys';
comment on schema features is 'Featstore: one table per generation, one view per feature view version';

create table featstore.registry_state (
  singleton boolean primary key default true check (singleton),
  revision bigint not null,
  -- The revision of the last apply: publishing moves the revision on without making a plan stale.
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
  -- Set: deprecated, and retired from the sunset on. No statement happens at a sunset: `view_state` tells.
  deprecated_at timestamptz,
  sunset_at timestamptz check (sunset_at is null or deprecated_at is not null),
  -- What to read instead, `lyric_sentiment@3`; null: the promoted version.
  successor text,
  -- Counts up and never down: a generation number stands for one content for ever.
  last_generation integer not null default 0,
  served_generation integer,
  people_view_generation integer,
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

-- What an unpinned name means. `next_version` is applied but cannot be served yet: it takes over with its first publish.
-- `earlier`: the versions that were promoted and could be read before, the newest last; a rollback takes the last.
create table featstore.feature_view_promotions (
  name text primary key,
  version integer not null,
  next_version integer,
  earlier integer[] not null default '{}',
  foreign key (name, version) references featstore.feature_views (name, version),
  foreign key (name, next_version) references featstore.feature_views (name, version)
);

create table featstore.feature_service_promotions (
  name text primary key,
  version integer not null,
  next_version integer,
  earlier integer[] not null default '{}',
  foreign key (name, version) references featstore.feature_services (name, version),
  foreign key (name, next_version) references featstore.feature_services (name, version)
);

-- Who changed what of the registry, when and why. Only ever added to.
create table featstore.history (
  event_id bigint generated always as identity primary key,
  revision bigint not null,
  happened_at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('apply', 'promote', 'rollback', 'retire', 'restore', 'force')),
  -- Whom the caller says to be: a person and a machine, or the run whose publishing promoted a version.
  actor text not null,
  database_role text not null default current_user,
  message text,
  -- An array of objects, each with `definition`, `name` and `version`.
  changes jsonb not null
);

create table featstore.runs (
  run_id bigint generated always as identity primary key,
  view text not null,
  version integer not null,
  generation integer not null,
  state text not null check (state in ('running', 'published', 'failed', 'abandoned')),
  holder jsonb not null,
  as_of timestamptz not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  rows bigint,
  -- Rows that are not among them, because their tenant and key together are too long for the primary key.
  ignored_rows bigint,
  -- Values that a cast lost, by feature: {"count": 3, "examples": [...]}.
  unparsed jsonb,
  failure_code text,
  failure_message text,
  -- Contracts that the rows break, an array of {"feature", "rule", "promise", "rows", "examples"}; and why they were published all the same.
  broken_contracts jsonb,
  forced_because text,
  foreign key (view, version) references featstore.feature_views (name, version)
);
create index on featstore.runs (view, version, run_id);

create table featstore.generations (
  view text not null,
  version integer not null,
  generation integer not null,
  run_id bigint not null unique references featstore.runs (run_id),
  -- `broken`: it breaks a contract, and its table is kept to be looked at.
  state text not null check (state in ('building', 'filled', 'broken', 'published', 'dropped', 'failed')),
  as_of timestamptz not null,
  table_name text not null unique,
  rows bigint,
  published_at timestamptz,
  primary key (view, version, generation),
  foreign key (view, version) references featstore.feature_views (name, version)
);

alter table featstore.feature_views
  add foreign key (name, version, served_generation) references featstore.generations (view, version, generation);

create sequence featstore.lease_tokens;

-- `token` stands in a unique index, so that FOR KEY SHARE on a lease waits for, and blocks, another token, but not a heartbeat.
create table featstore.leases (
  name text primary key,
  token bigint not null unique,
  holder jsonb not null,
  expires_at timestamptz not null,
  run_id bigint references featstore.runs (run_id)
);

create function featstore.raise_error(code text, parameters jsonb) returns void language plpgsql as $$
begin
  raise exception using errcode = 'FS001', message = code, detail = parameters::text;
end $$;

create function featstore.epoch_microseconds(moment timestamptz) returns bigint language sql immutable as
  'select (extract(epoch from moment) * 1000000)::bigint';

-- One place that says how a change is told; the payload is the new revision.
create function featstore.next_revision() returns bigint language plpgsql as $$
declare
  new_revision bigint;
begin
  update featstore.registry_state set revision = revision + 1 returning revision into new_revision;
  perform pg_notify('featstore_registry', new_revision::text);
  return new_revision;
end $$;

create function featstore.key_columns(p_definition jsonb) returns text[] language sql immutable as $$
  select '{_tenant}'::text[] || array(
    select key ->> 'name' from jsonb_array_elements(p_definition -> 'entity' -> 'key') with ordinality as listed (key, position)
    order by position)
$$;

-- The bytes of tenant and texts in a row's key, as an expression over the table; null where neither can be there.
create function featstore.key_bytes(p_definition jsonb) returns text language sql immutable as $$
  select string_agg(format('octet_length(%I)', name), ' + ' order by position)
    from (
      select '_tenant' as name, 0 as position
        where coalesce(p_definition -> 'source' ->> 'tenant', p_definition -> 'entity' -> 'population' ->> 'tenant') is not null
      union all
      select key ->> 'name', position
        from jsonb_array_elements(p_definition -> 'entity' -> 'key') with ordinality as listed (key, position)
        where key ->> 'type' = 'string'
    ) as texts
$$;

-- Keys compare by code point.
create function featstore.column_collation(p_is_key boolean) returns oid language sql immutable as $$
  select case when p_is_key then 'pg_catalog."C"'::regcollation else 'pg_catalog."default"'::regcollation end::oid
$$;

-- The SQL view for people: typed and empty until the first publish. Types and collations are the same at any time, since
-- `create or replace view` takes no other ones.
create function featstore.replace_people_view(p_name text, p_version integer) returns void language plpgsql as $$
declare
  registered featstore.feature_views;
  served_table text;
  selected text;
begin
  select * into registered from featstore.feature_views where name = p_name and version = p_version;
  select table_name into served_table from featstore.generations
    where view = p_name and version = p_version and generation = registered.served_generation;
  select string_agg(
      case
        when served_table is null then format('cast(null as %s)', item ->> 'databaseType')
          || case when type.typcollation <> 0 and is_key then ' collate pg_catalog."C"' else '' end
        -- Without a cast, so that the primary key serves conditions on the view.
        when is_key then format('%I', item ->> 'name')
        else format('cast(%I as %s)', item ->> 'name', item ->> 'databaseType')
      end || format(' as %I', item ->> 'name'),
      ', ' order by position)
    into selected
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position)
    cross join lateral (select item ->> 'name' = any (featstore.key_columns(registered.definition)) as is_key) as k
    left join pg_catalog.pg_type as type on type.oid = to_regtype(item ->> 'databaseType')
    where item ->> 'name' <> '_unparsed';
  execute format('create or replace view features.%I as select %s %s',
    format('%s_v%s', p_name, p_version),
    selected,
    case when served_table is null then 'where false' else format('from features.%I', served_table) end);
  update featstore.feature_views set people_view_generation = registered.served_generation
    where name = p_name and version = p_version;
end $$;

create function featstore.view_state(registered featstore.feature_views) returns text language sql as $$
  select case
    when registered.deprecated_at is null then 'active'
    when registered.sunset_at <= clock_timestamp() then 'retired'
    else 'deprecated' end
$$;

create function featstore.service_is_served(p_definition jsonb) returns boolean language sql as $$
  select not exists (
    select from jsonb_array_elements(p_definition -> 'features') as reference (item)
    left join featstore.feature_views as v
      on v.name = item ->> 'view' and v.version = (item ->> 'version')::integer
    where v.served_generation is null or featstore.view_state(v) = 'retired')
$$;

-- The deprecated and retired versions that a service reads, `["lyric_sentiment@1"]`, or null.
create function featstore.retiring_views(p_definition jsonb) returns jsonb language sql as $$
  select jsonb_agg(distinct format('%s@%s', v.name, v.version))
    from jsonb_array_elements(p_definition -> 'features') as reference (item)
    join featstore.feature_views as v
      on v.name = item ->> 'view' and v.version = (item ->> 'version')::integer
    where v.deprecated_at is not null
$$;

-- Whether a version can be read. `p_kind`: feature_view or feature_service.
create function featstore.is_served(p_kind text, p_name text, p_version integer) returns boolean language plpgsql as $$
begin
  if p_kind = 'feature_view' then
    return exists (select from featstore.feature_views as v
      where v.name = p_name and v.version = p_version and v.served_generation is not null and featstore.view_state(v) <> 'retired');
  end if;
  return exists (select from featstore.feature_services as s
    where s.name = p_name and s.version = p_version and featstore.service_is_served(s.definition));
end $$;

create function featstore.note(p_revision bigint, p_kind text, p_actor text, p_message text, p_changes jsonb)
returns void language sql as $$
  insert into featstore.history (revision, kind, actor, message, changes) values (p_revision, p_kind, p_actor, p_message, p_changes)
$$;

-- Makes a version the promoted one; no other waits any longer. The one before is kept for a rollback if it could be read.
create function featstore.take_over(p_kind text, p_name text, p_version integer) returns void language plpgsql as $$
begin
  execute format($update$
    update featstore.%I as p set
        earlier = case when featstore.is_served($1, p.name, p.version) then p.earlier || p.version else p.earlier end,
        version = $3,
        next_version = null
      where p.name = $2$update$, p_kind || '_promotions')
    using p_kind, p_name, p_version;
end $$;

-- Lets waiting versions take over: those that can be served, and those before which nothing can.
create function featstore.promote_served(p_revision bigint, p_actor text, p_message text) returns void language plpgsql as $$
declare
  waiting record;
begin
  for waiting in
    select 'feature_view' as kind, name, version, next_version from featstore.feature_view_promotions where next_version is not null
    union all
    select 'feature_service', name, version, next_version from featstore.feature_service_promotions where next_version is not null
    order by kind desc, name
  loop
    continue when not featstore.is_served(waiting.kind, waiting.name, waiting.next_version)
      and featstore.is_served(waiting.kind, waiting.name, waiting.version);
    perform featstore.take_over(waiting.kind, waiting.name, waiting.next_version);
    perform featstore.note(p_revision, 'promote', p_actor, p_message, jsonb_build_array(jsonb_build_object(
      'definition', waiting.kind, 'name', waiting.name, 'version', waiting.next_version, 'before', waiting.version)));
  end loop;
end $$;

-- Applies a plan: {revision, actor, message, promote, changes, entities, featureViews, featureServices}. Gives the new
-- revision. `promote` false: new versions of known names do not wait to take over.
create function featstore.apply(plan jsonb) returns bigint language plpgsql as $$
declare
  registry featstore.registry_state;
  moment constant timestamptz := clock_timestamp();
  promotes constant boolean := coalesce((plan ->> 'promote')::boolean, true);
  new_revision bigint;
  changed jsonb;
  existing record;
  retiring jsonb;
begin
  perform set_config('lock_timeout', '10s', true);
  select * into strict registry from featstore.registry_state for update;
  if (plan ->> 'revision')::bigint < registry.applied_revision then
    perform featstore.raise_error('registry_moved', jsonb_build_object(
      'planned', plan -> 'revision', 'current', registry.revision,
      'meanwhile', (
        select jsonb_agg(jsonb_build_object('actor', actor, 'message', message, 'changes', changes,
            'at', to_char(happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) order by event_id)
          from featstore.history where kind = 'apply' and revision > (plan ->> 'revision')::bigint)));
  end if;

  insert into featstore.entities as e (name, definition, applied_at)
    select item ->> 'name', item -> 'definition', moment from jsonb_array_elements(plan -> 'entities') as listed (item)
    on conflict (name) do update set definition = excluded.definition, applied_at = excluded.applied_at
    where e.definition <> excluded.definition;

  for changed in select * from jsonb_array_elements(plan -> 'featureViews') loop
    select name, version, meaning_hash into existing from featstore.feature_views
      where name = changed ->> 'name' and version = (changed ->> 'version')::integer for update;
    if not found then
      insert into featstore.feature_views
          (name, version, definition, ir_version, meaning_hash, document_hash, compiler_version, sql, sql_parameters, columns, applied_at)
        values (changed ->> 'name', (changed ->> 'version')::integer, changed -> 'definition',
          (changed ->> 'irVersion')::integer, changed ->> 'meaningHash', changed ->> 'documentHash',
          (changed ->> 'compilerVersion')::integer, changed ->> 'sql', changed -> 'parameters', changed -> 'columns',
          moment);
      perform featstore.replace_people_view(changed ->> 'name', (changed ->> 'version')::integer);
      insert into featstore.feature_view_promotions as p (name, version)
        values (changed ->> 'name', (changed ->> 'version')::integer)
        on conflict (name) do update set
          -- What cannot be served yet must not take over from what is served.
          next_version = nullif(greatest(p.next_version, excluded.version, p.version), p.version)
          where promotes;
    elsif existing.meaning_hash <> changed ->> 'meaningHash' then
      perform featstore.raise_error('version_meaning_changed',
        jsonb_build_object('view', existing.name, 'version', existing.version));
    else
      -- A version that was never filled takes the newer compiler's text; any other keeps its own.
      update featstore.feature_views as v set
          definition = changed -> 'definition',
          document_hash = changed ->> 'documentHash',
          applied_at = moment,
          compiler_version = case when last_generation = 0 then (changed ->> 'compilerVersion')::integer else compiler_version end,
          sql = case when last_generation = 0 then changed ->> 'sql' else sql end,
          sql_parameters = case when last_generation = 0 then changed -> 'parameters' else sql_parameters end
        where name = existing.name and version = existing.version;
    end if;
  end loop;

  for changed in select * from jsonb_array_elements(plan -> 'featureServices') loop
    select name, version, meaning_hash into existing from featstore.feature_services
      where name = changed ->> 'name' and version = (changed ->> 'version')::integer for update;
    if not found then
      retiring := featstore.retiring_views(changed -> 'definition');
      if retiring is not null then
        perform featstore.raise_error('service_reads_retiring',
          jsonb_build_object('name', changed -> 'name', 'version', changed -> 'version', 'views', retiring));
      end if;
      insert into featstore.feature_services (name, version, definition, ir_version, meaning_hash, document_hash, applied_at)
        values (changed ->> 'name', (changed ->> 'version')::integer, changed -> 'definition',
          (changed ->> 'irVersion')::integer, changed ->> 'meaningHash', changed ->> 'documentHash', moment);
      insert into featstore.feature_service_promotions as p (name, version)
        values (changed ->> 'name', (changed ->> 'version')::integer)
        on conflict (name) do update set
          next_version = nullif(greatest(p.next_version, excluded.version, p.version), p.version)
          where promotes;
    elsif existing.meaning_hash <> changed ->> 'meaningHash' then
      perform featstore.raise_error('version_meaning_changed',
        jsonb_build_object('service', existing.name, 'version', existing.version));
    else
      update featstore.feature_services set
          definition = changed -> 'definition',
          document_hash = changed ->> 'documentHash',
          applied_at = moment
        where name = existing.name and version = existing.version;
    end if;
  end loop;

  new_revision := featstore.next_revision();
  update featstore.registry_state set applied_revision = new_revision;
  perform featstore.note(new_revision, 'apply', plan ->> 'actor', plan ->> 'message', plan -> 'changes');
  perform featstore.promote_served(new_revision, plan ->> 'actor', plan ->> 'message');
  return new_revision;
end $$;

-- Ends the statement of a run that someone else takes over or gives up. A fill says who it is by an advisory lock which
-- its transaction holds (1179862100 is our namespace), since the statement of a killed client goes on and commits.
create function featstore.stop_run_backend(p_run_id bigint) returns void language plpgsql as $$
begin
  perform pg_terminate_backend(pid) from pg_catalog.pg_locks
    where locktype = 'advisory' and classid = 1179862100 and objid = (p_run_id % 2147483647)::oid and objsubid = 2 and granted
      and database = (select oid from pg_catalog.pg_database where datname = current_database())
      and pid <> pg_backend_pid();
exception
  when insufficient_privilege then null; -- another role's: then it is waited for instead
end $$;

-- Locks the lease for a change of hands once the run that holds it has stopped; false when it has changed already.
create function featstore.seize_lease(p_token bigint, p_run_id bigint) returns boolean language plpgsql as $$
begin
  for attempt in 1 .. 20 loop
    perform featstore.stop_run_backend(p_run_id);
    begin
      perform set_config('lock_timeout', '1s', true);
      perform from featstore.leases where token = p_token for update;
      return found;
    exception
      when lock_not_available then null; -- a fill began after we looked: look again
    end;
  end loop;
  perform featstore.raise_error('run_does_not_stop', jsonb_build_object('runId', p_run_id));
end $$;

-- Drops the generation's table, unless somebody reads it just now: then the next sweep does.
create function featstore.drop_generation(p_view text, p_version integer, p_generation integer) returns boolean language plpgsql as $$
declare
  dropped featstore.generations;
begin
  select * into dropped from featstore.generations
    where view = p_view and version = p_version and generation = p_generation and state in ('building', 'filled', 'broken', 'published')
    for update skip locked;
  if not found then return false; end if;
  begin
    perform set_config('lock_timeout', '200ms', true);
    execute format('drop table if exists features.%I', dropped.table_name);
  exception
    when lock_not_available or dependent_objects_still_exist then return false;
  end;
  update featstore.generations set state = case when state = 'published' then 'dropped' else 'failed' end
    where view = p_view and version = p_version and generation = p_generation;
  return true;
end $$;

create function featstore.end_run(p_run_id bigint, p_state text, p_code text, p_message text) returns void language plpgsql as $$
declare
  ended featstore.runs;
begin
  update featstore.runs set state = p_state, finished_at = clock_timestamp(), failure_code = p_code, failure_message = p_message
    where run_id = p_run_id and state = 'running' returning * into ended;
  if found and not exists (select from featstore.generations where run_id = p_run_id and state = 'broken') then
    perform featstore.drop_generation(ended.view, ended.version, ended.generation);
  end if;
end $$;

-- Takes the lease of a view version and starts a run. `p_dead_token`: the lease whose holder the caller knows to be dead.
create function featstore.begin_run(p_view text, p_version integer, p_holder jsonb, p_as_of timestamptz, p_dead_token bigint)
returns jsonb language plpgsql as $$
declare
  lease_name constant text := format('feature_view:%s@%s', p_view, p_version);
  lease featstore.leases;
  new_token bigint;
  new_run_id bigint;
  new_generation integer;
  new_table text;
  run_as_of timestamptz;
  registered featstore.feature_views;
begin
  select * into registered from featstore.feature_views where name = p_view and version = p_version;
  if not found then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', p_view, 'version', p_version));
  end if;
  if featstore.view_state(registered) = 'retired' then
    perform featstore.raise_error('version_retired', jsonb_build_object('name', p_view, 'version', p_version));
  end if;
  if p_as_of > clock_timestamp() then
    perform featstore.raise_error('as_of_in_future', jsonb_build_object('asOf', p_as_of));
  end if;

  new_token := nextval('featstore.lease_tokens');
  loop
    insert into featstore.leases (name, token, holder, expires_at)
      values (lease_name, new_token, p_holder, clock_timestamp() + interval '30 seconds')
      on conflict (name) do nothing;
    exit when found;
    select * into lease from featstore.leases where name = lease_name;
    continue when not found;
    if lease.expires_at > clock_timestamp() and lease.token is distinct from p_dead_token then
      perform featstore.raise_error('run_in_progress', jsonb_build_object('view', p_view, 'version', p_version,
        'runId', lease.run_id::text, 'token', lease.token::text, 'holder', lease.holder));
    end if;
    continue when not featstore.seize_lease(lease.token, lease.run_id);
    perform featstore.end_run(lease.run_id, 'abandoned', 'holder_died', null);
    update featstore.leases set token = new_token, holder = p_holder, expires_at = clock_timestamp() + interval '30 seconds', run_id = null
      where name = lease_name;
    exit;
  end loop;
  perform set_config('lock_timeout', '10s', true);

  run_as_of := coalesce(p_as_of, clock_timestamp());
  update featstore.feature_views set last_generation = last_generation + 1
    where name = p_view and version = p_version returning last_generation into new_generation;
  insert into featstore.runs (view, version, generation, state, holder, as_of, started_at)
    values (p_view, p_version, new_generation, 'running', p_holder, run_as_of, clock_timestamp())
    returning run_id into new_run_id;
  new_table := format('%s_v%s_g%s', p_view, p_version, new_generation);
  insert into featstore.generations (view, version, generation, run_id, state, as_of, table_name)
    values (p_view, p_version, new_generation, new_run_id, 'building', run_as_of, new_table);
  update featstore.leases set run_id = new_run_id where token = new_token;
  return jsonb_build_object('runId', new_run_id::text, 'token', new_token::text, 'generation', new_generation,
    'table', new_table, 'asOf', featstore.epoch_microseconds(run_as_of)::text);
end $$;

-- False: the lease is somebody else's by now.
create function featstore.heartbeat(p_token bigint) returns boolean language plpgsql as $$
begin
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return found;
end $$;

-- Fencing: nobody else can take the lease before the calling transaction ends.
create function featstore.hold_lease(p_run_id bigint, p_token bigint) returns void language plpgsql as $$
begin
  -- The advisory lock comes first: who takes the lease over finds this backend by it before waiting for the lease's row.
  perform pg_advisory_xact_lock(1179862100, (p_run_id % 2147483647)::integer);
  perform from featstore.leases where token = p_token and run_id = p_run_id for key share;
  if not found then
    perform featstore.raise_error('lease_lost', jsonb_build_object('runId', p_run_id::text));
  end if;
end $$;

-- Creates and fills the run's table by the stored SQL. Rows whose tenant and key together have more than `p_longest_key`
-- bytes are ignored. Gives {rows, ignoredRows}.
create function featstore.fill(p_run_id bigint, p_token bigint, p_longest_key integer) returns jsonb language plpgsql as $$
declare
  target featstore.generations;
  registered featstore.feature_views;
  prepared constant text := format('featstore_fill_%s', p_run_id);
  arguments text;
  selected text;
  keys text[];
  key_list text;
  collated record;
  mismatch jsonb;
  filled_rows bigint;
  key_bytes text;
  long_rows bigint := 0;
  example text;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict target from featstore.generations where run_id = p_run_id;
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  keys := featstore.key_columns(registered.definition);

  select string_agg(format('%L', argument), ', ' order by position) into arguments
    from (
      select to_char(target.as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as argument, 0 as position
      union all
      select * from jsonb_array_elements_text(registered.sql_parameters) with ordinality
    ) as listed;
  -- A type's modifier, the dimensions of a vector, is lost in most expressions: a cast checks it and gives it to the table.
  select string_agg(
      case when item ->> 'databaseType' like '%(%'
        then format('cast(compiled.%I as %s) as %1$I', item ->> 'name', item ->> 'databaseType')
        else format('compiled.%I', item ->> 'name') end,
      ', ' order by position)
    into selected
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position);

  -- Of the ways to fill a table by a text with parameters, only a prepared one may use parallel workers.
  execute format(E'prepare %I as select %s from (\n%s\n) as compiled', prepared, selected, registered.sql);
  begin
    execute format('create table features.%I as execute %I (%s)', target.table_name, prepared, arguments);
    get diagnostics filled_rows = row_count;
  exception
    when query_canceled or assert_failure or others then -- `others` leaves those two out, and a prepared statement outlives a rollback
      execute format('deallocate %I', prepared);
      raise;
  end;
  execute format('deallocate %I', prepared);

  select jsonb_build_object('column', item ->> 'name', 'declared', item ->> 'databaseType', 'filled', format_type(atttypid, atttypmod))
    into mismatch
    from jsonb_array_elements(registered.columns) with ordinality as listed (item, position)
    left join pg_catalog.pg_attribute
      on attrelid = format('features.%I', target.table_name)::regclass and attnum = position
    where attname is distinct from item ->> 'name' or atttypid is distinct from to_regtype(item ->> 'databaseType')
    limit 1;
  if mismatch is not null then perform featstore.raise_error('columns_differ', mismatch); end if;

  key_bytes := featstore.key_bytes(registered.definition);
  if key_bytes is not null then
    execute format('select count(*) from features.%I where %s > %s', target.table_name, key_bytes, p_longest_key) into long_rows;
  end if;
  if long_rows > 0 then
    -- Deleted rows would still be indexed by the transaction that wrote them: the others move to a table of their own.
    execute format('create table features.%I as select * from features.%I where %s <= %s',
      prepared, target.table_name, key_bytes, p_longest_key);
    execute format('drop table features.%I', target.table_name);
    execute format('alter table features.%I rename to %I', prepared, target.table_name);
    filled_rows := filled_rows - long_rows;
  end if;

  -- The query's expressions may have brought collations of their own; another one rewrites nothing.
  for collated in
    select a.attname, format_type(a.atttypid, a.atttypmod) as type, c.wanted::regcollation as collation
      from pg_catalog.pg_attribute as a
      cross join lateral (select featstore.column_collation(a.attname = any (keys)) as wanted) as c
      where a.attrelid = format('features.%I', target.table_name)::regclass and a.attnum > 0
        and a.attcollation <> 0 and a.attcollation <> c.wanted
  loop
    execute format('alter table features.%I alter column %I type %s collate %s',
      target.table_name, collated.attname, collated.type, collated.collation);
  end loop;

  select string_agg(format('%I', key), ', ' order by position) into key_list
    from unnest(keys) with ordinality as listed (key, position);
  begin
    execute format('alter table features.%I add primary key (%s)', target.table_name, key_list);
  exception
    when unique_violation then
      get stacked diagnostics example = pg_exception_detail;
      perform featstore.raise_error('duplicate_key', jsonb_build_object('example', example));
  end;
  -- Readers look rows up by key; a full analysis would cost a fifth of the fill. Autovacuum adds the other columns later.
  perform set_config('default_statistics_target', '10', true);
  execute format('analyze features.%I (%s, _event_time)', target.table_name, key_list);

  update featstore.generations set state = 'filled', rows = filled_rows where run_id = p_run_id;
  update featstore.runs set rows = filled_rows, ignored_rows = long_rows where run_id = p_run_id;
  -- One backend serves an embedded database: heartbeats wait behind a fill, which therefore counts as one.
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return jsonb_build_object('rows', filled_rows, 'ignoredRows', long_rows);
end $$;

-- Runs a query over the run's table under the run's lease, so that a takeover can end it. Gives its rows.
create function featstore.inspect(p_run_id bigint, p_token bigint, p_query text) returns setof jsonb language plpgsql as $$
begin
  perform featstore.hold_lease(p_run_id, p_token);
  return query execute format('select to_jsonb(inspected) from (%s) as inspected', p_query);
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
end $$;

-- The key, as texts, of a row in which the column is NaN or infinite, a number or a time; null where there is none.
create function featstore.non_finite_example(p_run_id bigint, p_token bigint, p_column text) returns jsonb language plpgsql as $$
declare
  target featstore.generations;
  keys text[];
  example jsonb;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict target from featstore.generations where run_id = p_run_id;
  select featstore.key_columns(definition) into keys from featstore.feature_views
    where name = target.view and version = target.version;
  execute format($query$
      select (select jsonb_object_agg(key, to_jsonb(r) ->> key) from unnest($1) as listed (key))
      from features.%I as r where r.%I::text ~* 'nan|infinity' order by %s limit 1$query$,
      target.table_name, p_column, (select string_agg(format('%I', key), ', ') from unnest(keys) as listed (key)))
    into example using keys;
  return example;
end $$;

-- Makes the run's generation the served one, and ends the run. Gives the new revision. `p_broken`: the contracts that it
-- breaks, and `p_reason` why it is published all the same.
create function featstore.publish(p_run_id bigint, p_token bigint, p_unparsed jsonb, p_broken jsonb default null, p_reason text default null)
returns bigint language plpgsql as $$
declare
  published featstore.generations;
  new_revision bigint;
  promoter text;
begin
  perform set_config('lock_timeout', '10s', true);
  perform featstore.hold_lease(p_run_id, p_token);
  update featstore.generations set state = 'published', published_at = clock_timestamp()
    where run_id = p_run_id and state = 'filled' returning * into published;
  if not found then
    perform featstore.raise_error('run_not_filled', jsonb_build_object('runId', p_run_id::text));
  end if;
  new_revision := featstore.next_revision();
  update featstore.feature_views set served_generation = published.generation
    where name = published.view and version = published.version;
  select format('run %s', run_id) || coalesce(format(', process %s on %s', holder ->> 'pid', holder ->> 'host'), '') into promoter
    from featstore.runs where run_id = p_run_id;
  perform featstore.promote_served(new_revision, promoter, null);
  if p_reason is not null then
    perform featstore.note(new_revision, 'force', promoter, p_reason, jsonb_build_array(jsonb_build_object(
      'definition', 'feature_view', 'name', published.view, 'version', published.version, 'generation', published.generation)));
  end if;
  update featstore.runs set state = 'published', finished_at = clock_timestamp(), unparsed = p_unparsed,
      broken_contracts = p_broken, forced_because = p_reason
    where run_id = p_run_id;
  delete from featstore.leases where token = p_token;
  begin
    perform set_config('lock_timeout', '200ms', true);
    perform featstore.replace_people_view(published.view, published.version);
  exception
    when others then null; -- what is served does not depend on the view for people: the next sweep repairs it
  end;
  return new_revision;
end $$;

-- Ends the run without publishing: its table goes, the lease is free. `p_broken`: the contracts that it breaks; its table
-- is kept then, until the next one is published or kept. False: the run was not ours any more.
create function featstore.fail_run(p_run_id bigint, p_token bigint, p_code text, p_message text, p_broken jsonb default null)
returns boolean language plpgsql as $$
begin
  perform from featstore.leases where token = p_token and run_id = p_run_id;
  if not found or not featstore.seize_lease(p_token, p_run_id) then return false; end if;
  if p_broken is not null then
    update featstore.generations set state = 'broken' where run_id = p_run_id and state = 'filled';
    update featstore.runs set broken_contracts = p_broken where run_id = p_run_id;
  end if;
  perform featstore.end_run(p_run_id, 'failed', p_code, p_message);
  delete from featstore.leases where token = p_token;
  return true;
end $$;

-- Removes what dead runs and replaced generations left, and repairs views for people. Anybody may call it at any time.
-- `p_dead_tokens`: leases whose holders the caller knows to be dead.
create function featstore.sweep(p_dead_tokens bigint[]) returns jsonb language plpgsql as $$
declare
  lease featstore.leases;
  stale featstore.generations;
  registered featstore.feature_views;
  abandoned jsonb := '[]';
  dropped jsonb := '[]';
  repaired jsonb := '[]';
begin
  for lease in
    select * from featstore.leases where expires_at <= clock_timestamp() or token = any (p_dead_tokens) order by name
  loop
    continue when not featstore.seize_lease(lease.token, lease.run_id);
    perform featstore.end_run(lease.run_id, 'abandoned', 'holder_died', null);
    delete from featstore.leases where token = lease.token;
    abandoned := abandoned || to_jsonb(lease.run_id::text);
  end loop;

  -- A version whose sunset is past is served no longer, and what it held goes below.
  if exists (select from featstore.feature_views as v where v.served_generation is not null and featstore.view_state(v) = 'retired') then
    perform featstore.next_revision();
    update featstore.feature_views as v set served_generation = null
      where v.served_generation is not null and featstore.view_state(v) = 'retired';
  end if;

  -- First the views: a table cannot go while one still reads it.
  for registered in
    select * from featstore.feature_views
      where people_view_generation is distinct from served_generation order by name, version for update skip locked
  loop
    begin
      perform set_config('lock_timeout', '200ms', true);
      perform featstore.replace_people_view(registered.name, registered.version);
      repaired := repaired || to_jsonb(format('%s_v%s', registered.name, registered.version));
    exception
      when others then null; -- the next sweep
    end;
  end loop;

  for stale in
    select g.* from featstore.generations as g
      join featstore.feature_views as v on v.name = g.view and v.version = g.version
      join featstore.runs as r on r.run_id = g.run_id
      where g.generation is distinct from v.served_generation
        and (g.state in ('building', 'filled') and r.state <> 'running'
          or g.state in ('broken', 'published') and featstore.view_state(v) = 'retired'
          or g.state = 'broken' and exists (
            select from featstore.generations as newer
              where newer.view = g.view and newer.version = g.version and newer.generation > g.generation
                and (newer.state = 'broken' or newer.published_at is not null))
          or g.state = 'published' and 2 <= (
            select count(*) from featstore.generations as newer
              where newer.view = g.view and newer.version = g.version and newer.state = 'published' and newer.generation > g.generation))
      order by g.view, g.version, g.generation
  loop
    if featstore.drop_generation(stale.view, stale.version, stale.generation) then
      dropped := dropped || to_jsonb(stale.table_name);
    end if;
  end loop;
  return jsonb_build_object('abandonedRuns', abandoned, 'droppedTables', dropped, 'repairedViews', repaired);
end $$;
