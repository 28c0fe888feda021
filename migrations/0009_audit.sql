-- A sample of what was answered, the baselines that drift is measured from, and the replaying of answers.

create table featstore.answers (
  answer_id bigint generated always as identity primary key,
  view text not null,
  version integer not null,
  generation integer not null,
  entity text not null,
  -- The tenant scope that was read; '' is the shared one.
  tenant text not null,
  -- An array of texts, the parts of the key in order.
  entity_key jsonb not null,
  status text not null check (status in ('complete', 'missing', 'unknown_entity', 'expired')),
  -- By feature, in the form of the answer: json keeps the digits of numbers, jsonb would not keep those of "-0".
  answered json not null,
  answered_at timestamptz not null,
  -- The API key's id, never the key; null: no key was needed.
  key_id text
);
create index on featstore.answers (view, version, answer_id);
create index on featstore.answers (entity, entity_key);
create index on featstore.answers (answered_at);

-- Keeps answers, an array of objects named as the columns, times in microseconds since 1970 UTC; and at most `p_most` rows
-- of at most `p_days` days. Gives how many were let go.
create function featstore.keep_answers(p_answers jsonb, p_most bigint, p_days integer) returns bigint language plpgsql as $$
declare
  let_go bigint;
begin
  insert into featstore.answers (view, version, generation, entity, tenant, entity_key, status, answered, answered_at, key_id)
    select item ->> 'view', (item ->> 'version')::integer, (item ->> 'generation')::integer, item ->> 'entity', item ->> 'tenant',
        item -> 'entity_key', item ->> 'status', (item ->> 'answered')::json,
        'epoch'::timestamptz + (item ->> 'answered_at')::bigint * interval '1 microsecond', item ->> 'key_id'
      from jsonb_array_elements(p_answers) as listed (item);
  delete from featstore.answers
    where answer_id <= (select max(answer_id) from featstore.answers) - p_most
      or answered_at < clock_timestamp() - p_days * interval '24 hours';
  get diagnostics let_go = row_count;
  return let_go;
end $$;

-- What a generation's run could see when it began: unlike `horizon`, it does not wait for the oldest transaction to end.
alter table featstore.generations add column begun_after pg_snapshot;
alter table featstore.generations alter column begun_after set default pg_current_snapshot();

-- Whether the transaction that wrote a row had not ended before a generation: its number is not below the horizon, nor
-- seen in the snapshot where there is one. A row's number has 32 bits: of the transactions that it may stand for, the newest.
create function featstore.came_after(p_xmin xid, p_horizon bigint, p_snapshot pg_snapshot) returns boolean language sql stable as $$
  select written.by >= p_horizon and (p_snapshot is null or not pg_visible_in_snapshot(written.by::text::xid8, p_snapshot))
    from (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next, p_xmin::text::bigint as bits) as known
    cross join lateral (
      select case
        when bits < 3 then 0 -- frozen long ago
        when next - next % 4294967296 + bits < next then next - next % 4294967296 + bits
        else greatest(0, next - next % 4294967296 + bits - 4294967296) end as by
    ) as written
$$;

-- Runs a statement over a spine: `p_rows` are objects with `_row`, `_tenant`, the keys and `_as_of`; `p_keys` is
-- [{"name", "databaseType"}]. The statement names the table `featstore.<p_table>`, which nobody else ever sees. Gives its
-- rows as JSON texts.
create function featstore.replay(p_table text, p_keys jsonb, p_rows jsonb, p_query text, p_parameters jsonb)
returns setof text language plpgsql as $$
declare
  columns text;
  arguments text;
begin
  select string_agg(format('%I %s not null', item ->> 'name', item ->> 'databaseType'), ', ' order by position) into columns
    from jsonb_array_elements(p_keys) with ordinality as listed (item, position);
  select string_agg(format('%L', argument), ', ' order by position) into arguments
    from jsonb_array_elements_text(p_parameters) with ordinality as listed (argument, position);
  perform set_config('extra_float_digits', '1', true); -- floats with all their digits
  execute format('create unlogged table featstore.%I (_row bigint primary key, _tenant text not null, %s, _as_of timestamptz not null)',
    p_table, columns);
  execute format('insert into featstore.%I select listed.* from jsonb_populate_recordset(null::featstore.%I, $1) as listed', p_table, p_table)
    using p_rows;
  execute format('analyze featstore.%I', p_table);
  -- Of the ways to run a text with any number of parameters, this one keeps its rows.
  execute format(E'prepare %I as %s', p_table, p_query);
  begin
    execute format('create unlogged table featstore.%I as execute %I %s', p_table || '_result', p_table, '(' || arguments || ')');
  exception
    when query_canceled or assert_failure or others then -- a prepared statement outlives a rollback
      execute format('deallocate %I', p_table);
      raise;
  end;
  execute format('deallocate %I', p_table);
  return query execute format('select row_to_json(replayed)::text from featstore.%I as replayed order by replayed.ctid', p_table || '_result');
  execute format('drop table featstore.%I, featstore.%I', p_table, p_table || '_result');
end $$;

-- The generation of each view version that drift is measured from, with its profile, since others are let go.
create table featstore.baselines (
  view text not null,
  version integer not null,
  generation integer not null,
  profile jsonb not null,
  set_at timestamptz not null default clock_timestamp(),
  set_by text not null,
  primary key (view, version),
  foreign key (view, version, generation) references featstore.generations (view, version, generation)
);

-- How far the features of a generation had moved when it was published, from the one before and from the baseline.
create table featstore.drifts (
  view text not null,
  version integer not null,
  generation integer not null,
  against text not null check (against in ('previous', 'baseline')),
  baseline_generation integer not null,
  drift jsonb not null,
  measured_at timestamptz not null default clock_timestamp(),
  primary key (view, version, generation, against),
  foreign key (view, version, generation) references featstore.profiles (view, version, generation) on delete cascade
);

-- What a generation's rows of one tenant are like, by a query over its table; kept nowhere. Null: the table is gone.
create function featstore.profile_of_scope(p_view text, p_version integer, p_generation integer, p_query text) returns jsonb
language plpgsql as $$
declare
  made jsonb;
begin
  perform from featstore.generations
    where view = p_view and version = p_version and generation = p_generation and state in ('broken', 'published');
  if not found then return null; end if;
  perform set_config('extra_float_digits', '1', true);
  execute p_query into made;
  return made;
exception
  when undefined_table then return null; -- it was dropped meanwhile
end $$;
