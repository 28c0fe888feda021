-- Metering: what each key and organisation used, by month for quotas and by day for the history.

-- The total of each calendar month in UTC. `holder`: an organisation, or the first key of a line of rotated keys.
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
  -- Null: a key of the operator's.
  organisation_id text,
  requests bigint not null,
  rows bigint not null,
  bytes bigint not null,
  errors bigint not null,
  -- Answered requests by duration, as far as the slowest; the server has the bounds.
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
  -- The flush that noticed it: repeated, it returns the notice again.
  writer text not null,
  flush bigint not null,
  noticed_at timestamptz not null default clock_timestamp(),
  primary key (organisation_id, month, quota, percent)
);
create index usage_notices_flush on featstore.usage_notices (writer, flush);

-- The key that ordered a training set, whose rows are counted when it finishes. Null: a command.
alter table featstore.training_sets
  add column key_id text,
  add column line_id text,
  add column organisation_id text;

create function featstore.add_counts(p_left bigint[], p_right bigint[]) returns bigint[] language sql immutable as $$
  select coalesce(array_agg(coalesce(l, 0) + coalesce(r, 0) order by position), '{}')
    from unnest(p_left, p_right) with ordinality as pairs (l, r, position)
$$;

-- Adds counts to their months and days: [{"day", "keyId", "lineId", "organisation", "operation", "requests", "rows",
-- "bytes", "errors", "latency"}]. In the order of the keys, so that two servers never wait for each other.
create function featstore.add_usage(p_counts jsonb) returns void language sql as $$
  insert into featstore.usage_months as m (holder, month, requests, rows, bytes)
    select h.holder, c.day - (extract(day from c.day)::integer - 1), sum(c.requests), sum(c.rows), sum(c.bytes)
      from jsonb_to_recordset(p_counts) as c (day date, "lineId" text, organisation text, requests bigint, rows bigint, bytes bigint)
      cross join lateral (values (c."lineId"), (c.organisation)) as h (holder)
      where h.holder is not null
      group by 1, 2
      having sum(c.requests) > 0 or sum(c.rows) > 0 or sum(c.bytes) > 0
      order by 1, 2
    on conflict (holder, month) do update
      set requests = m.requests + excluded.requests, rows = m.rows + excluded.rows, bytes = m.bytes + excluded.bytes;
  insert into featstore.usage_days as d (day, key_id, operation, organisation_id, requests, rows, bytes, errors, latency)
    select c.day, c."keyId", c.operation, c.organisation, c.requests, c.rows, c.bytes, c.errors,
        array(select jsonb_array_elements_text(c.latency)::bigint)
      from jsonb_to_recordset(p_counts) as c (day date, "keyId" text, operation text, organisation text, requests bigint,
        rows bigint, bytes bigint, errors bigint, latency jsonb)
      order by 1, 2, 3
    on conflict (day, key_id, operation) do update
      set requests = d.requests + excluded.requests, rows = d.rows + excluded.rows, bytes = d.bytes + excluded.bytes,
        errors = d.errors + excluded.errors, latency = featstore.add_counts(d.latency, excluded.latency);
$$;

-- Adds reads of views: [{"day", "keyId", "view", "version", "requests", "rows"}].
create function featstore.add_view_usage(p_reads jsonb) returns void language sql as $$
  insert into featstore.usage_views as u (day, key_id, view, version, organisation_id, requests, rows)
    select r.day, r."keyId", coalesce(n.new_name, r.view), r.version, max(k.organisation_id), sum(r.requests), sum(r.rows)
      from jsonb_to_recordset(p_reads) as r (day date, "keyId" text, view text, version integer, requests bigint, rows bigint)
      join featstore.api_keys as k on k.id = r."keyId"
      left join featstore.renamed_views as n on n.old_name = r.view
      group by 1, 2, 3, 4
      order by 1, 2, 3, 4
    on conflict (day, key_id, view, version) do update
      set requests = u.requests + excluded.requests, rows = u.rows + excluded.rows;
$$;

-- Stores what a process counted, once: {"writer", "number", "month", "counts", "views", "limits", "holders"}. A repeated
-- number changes nothing. `limits`: {organisation: {quota: maximum}}. Gives the month's totals of the holders, and the
-- notices that this flush was the first to reach.
create function featstore.record_usage(p_flush jsonb) returns jsonb language plpgsql as $$
declare
  this_writer constant text := p_flush ->> 'writer';
  this_flush constant bigint := (p_flush ->> 'number')::bigint;
  reached record;
begin
  insert into featstore.usage_writers as w (id, flush) values (this_writer, this_flush)
    on conflict (id) do update set flush = excluded.flush, seen_at = clock_timestamp() where w.flush < excluded.flush;
  if found then
    perform featstore.add_usage(p_flush -> 'counts');
    perform featstore.add_view_usage(p_flush -> 'views');
    perform featstore.note_reads(p_flush -> 'views');
    for reached in
      insert into featstore.usage_notices (organisation_id, month, quota, percent, used, maximum, writer, flush)
        select o.key, m.month, q.key, p.percent, used.total, q.value::bigint, this_writer, this_flush
          from jsonb_each(p_flush -> 'limits') as o
          cross join lateral jsonb_each_text(o.value) as q
          join featstore.usage_months as m on m.holder = o.key and m.month in (
            select day - (extract(day from day)::integer - 1) from jsonb_to_recordset(p_flush -> 'counts') as c (day date)
            union select (p_flush ->> 'month')::date)
          cross join lateral (values (case q.key when 'requests' then m.requests when 'rows' then m.rows else m.bytes end))
            as used (total)
          cross join (values (80), (95), (100)) as p (percent)
          where used.total::numeric * 100 >= q.value::numeric * p.percent
          order by 1, 2, 3, 4
        on conflict do nothing
        returning *
    loop
      perform featstore.record_change('{"kind": "server", "id": "usage"}', reached.organisation_id, 'quota.reached',
        reached.organisation_id, null, jsonb_build_object('quota', reached.quota, 'month', to_char(reached.month, 'YYYY-MM'),
          'percent', reached.percent, 'used', reached.used, 'maximum', reached.maximum));
    end loop;
  end if;
  return jsonb_build_object(
    'totals', featstore.month_usage((p_flush ->> 'month')::date, p_flush -> 'holders'),
    'notices', (
      select coalesce(jsonb_agg(jsonb_build_object('organisation', organisation_id, 'month', to_char(month, 'YYYY-MM'),
          'quota', quota, 'percent', percent, 'used', used, 'maximum', maximum)
          order by organisation_id, month, quota, percent), '[]')
        from featstore.usage_notices where writer = this_writer and flush = this_flush));
end $$;

-- The totals of a month: [{"holder", "requests", "rows", "bytes"}], without holders that used nothing.
create function featstore.month_usage(p_month date, p_holders jsonb) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('holder', holder, 'requests', requests, 'rows', rows, 'bytes', bytes)), '[]')
    from featstore.usage_months
    where month = p_month and holder in (select jsonb_array_elements_text(p_holders))
$$;

-- As before, and notes and records whose key ordered it: {"keyId", "lineId", "organisation", "address"}; null: a command.
create function featstore.admit_training_set(p_id text, p_tenant text, p_request jsonb, p_holder jsonb, p_keys jsonb,
  p_waiting bigint, p_waiting_per_tenant bigint, p_owner jsonb)
returns text language plpgsql as $$
declare
  result constant text :=
    featstore.admit_training_set(p_id, p_tenant, p_request, p_holder, p_keys, p_waiting, p_waiting_per_tenant);
begin
  if result in ('tenant', 'total') then return result; end if;
  perform featstore.record_change(
    case when p_owner ->> 'keyId' is null then jsonb_build_object('kind', 'command', 'id', 'training-set')
      else jsonb_build_object('kind', 'key', 'id', p_owner -> 'keyId', 'address', p_owner -> 'address') end,
    p_owner ->> 'organisation', 'training_set.created', p_id, null, jsonb_build_object('tenant', p_tenant, 'request', p_request));
  update featstore.training_sets
    set key_id = p_owner ->> 'keyId', line_id = p_owner ->> 'lineId', organisation_id = p_owner ->> 'organisation'
    where id = p_id and p_owner ->> 'keyId' is not null;
  return result;
end $$;

-- Ends a job with its result, and counts its rows, once: a job ends only once.
create function featstore.finish_training_set(p_id text, p_token bigint, p_manifest json)
returns boolean language plpgsql as $$
begin
  if not featstore.end_training_set(p_id, p_token, 'finished', p_manifest, null) then return false; end if;
  perform featstore.add_usage(jsonb_agg(jsonb_build_object(
      'day', (clock_timestamp() at time zone 'UTC')::date, 'keyId', key_id, 'lineId', line_id, 'organisation', organisation_id,
      'operation', 'createTrainingSet', 'requests', 0, 'rows', spine_rows, 'bytes', 0, 'errors', 0, 'latency', '[]'::jsonb)))
    from featstore.training_sets where id = p_id and key_id is not null;
  return true;
end $$;
