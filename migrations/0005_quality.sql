-- What the rows of each generation are like.

create table featstore.profiles (
  view text not null,
  version integer not null,
  generation integer not null,
  profile jsonb not null,
  profiled_at timestamptz not null default clock_timestamp(),
  primary key (view, version, generation),
  foreign key (view, version, generation) references featstore.generations (view, version, generation)
);

-- Makes a generation's profile by a query over its table and keeps it, or gives the one that there is. Null: the table is
-- not there any more. A version's newest thousand profiles are kept.
create function featstore.profile(p_view text, p_version integer, p_generation integer, p_query text) returns jsonb language plpgsql as $$
declare
  made jsonb;
begin
  select profile into made from featstore.profiles where view = p_view and version = p_version and generation = p_generation;
  if found then return made; end if;
  -- The lock waits for the dropping of the table, and it for us.
  perform from featstore.generations
    where view = p_view and version = p_version and generation = p_generation and state in ('broken', 'published') for key share;
  if not found then return null; end if;
  perform set_config('extra_float_digits', '1', true); -- floats with all their digits
  -- PostgreSQL 16 sorts all rows for one of many distinct counts, which saves it less than that costs.
  if current_setting('enable_presorted_aggregate', true) is not null then
    perform set_config('enable_presorted_aggregate', 'off', true);
  end if;
  execute p_query into made;
  insert into featstore.profiles (view, version, generation, profile) values (p_view, p_version, p_generation, made)
    on conflict do nothing;
  delete from featstore.profiles
    where view = p_view and version = p_version and generation <= p_generation - 1000;
  return made;
end $$;

-- The view versions whose last run failed or died, [{"view", "version", "code"}]; those that are retired left out.
create function featstore.failed_views() returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('view', v.name, 'version', v.version, 'code', last.failure_code)
      order by v.name, v.version), '[]')
    from featstore.feature_views as v
    cross join lateral (
      select state, failure_code from featstore.runs as r
        where r.view = v.name and r.version = v.version and r.state <> 'running'
        order by run_id desc limit 1
    ) as last
    where last.state in ('failed', 'abandoned') and featstore.view_state(v) <> 'retired'
$$;
