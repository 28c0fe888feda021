-- What a name means, and which versions go: promotion, rollback, retirement. Every change is one call and notes itself
-- in `featstore.history`. `request` has `kind` (feature_view or feature_service), `name`, `version`, `actor`, `message`.

create function featstore.lock_registry() returns void language plpgsql as $$
begin
  perform set_config('lock_timeout', '10s', true);
  perform from featstore.registry_state for update;
end $$;

-- Refuses a version that is not there, or that is going: what it is promoted for would end with it.
create function featstore.require_staying(p_kind text, p_name text, p_version integer) returns void language plpgsql as $$
declare
  registered featstore.feature_views;
  state text;
  definition jsonb;
  retiring jsonb;
begin
  if p_kind = 'feature_view' then
    select * into registered from featstore.feature_views where name = p_name and version = p_version;
    if found then
      state := featstore.view_state(registered);
      if state <> 'active' then
        perform featstore.raise_error('version_' || state, jsonb_build_object('name', p_name, 'version', p_version));
      end if;
      return;
    end if;
  else
    select s.definition into definition from featstore.feature_services as s where s.name = p_name and s.version = p_version;
    if found then
      retiring := featstore.retiring_views(definition);
      if retiring is not null then
        perform featstore.raise_error('service_reads_retiring',
          jsonb_build_object('name', p_name, 'version', p_version, 'views', retiring));
      end if;
      return;
    end if;
  end if;
  perform featstore.raise_error('view_not_applied', jsonb_build_object('view', p_name, 'version', p_version));
end $$;

-- Makes a version what the unpinned name means: at once if it can be read, else with its first publish. Gives
-- {revision, before, promoted, next, gaveUp}; revision null: it was so already. `gaveUp`: a version that waited and no longer does.
create function featstore.promote(request jsonb) returns jsonb language plpgsql as $$
declare
  kind constant text := request ->> 'kind';
  wanted constant integer := (request ->> 'version')::integer;
  before record;
  now_is record;
  new_revision bigint;
begin
  perform featstore.lock_registry();
  perform featstore.require_staying(kind, request ->> 'name', wanted);
  execute format('select version, next_version from featstore.%I where name = $1 for update', kind || '_promotions')
    into strict before using request ->> 'name';
  if coalesce(before.next_version, before.version) <> wanted then
    new_revision := featstore.next_revision();
    if wanted = before.version then
      execute format('update featstore.%I set next_version = null where name = $1', kind || '_promotions') using request ->> 'name';
    elsif featstore.is_served(kind, request ->> 'name', wanted) or not featstore.is_served(kind, request ->> 'name', before.version) then
      perform featstore.take_over(kind, request ->> 'name', wanted);
    else
      execute format('update featstore.%I set next_version = $2 where name = $1', kind || '_promotions')
        using request ->> 'name', wanted;
    end if;
  end if;
  execute format('select version, next_version from featstore.%I where name = $1', kind || '_promotions')
    into strict now_is using request ->> 'name';
  if new_revision is not null then
    perform featstore.note(new_revision, 'promote', request ->> 'actor', request ->> 'message', jsonb_build_array(jsonb_build_object(
      'definition', kind, 'name', request -> 'name', 'version', wanted, 'before', before.version,
      'waits', now_is.next_version is not null)));
  end if;
  return jsonb_build_object('revision', new_revision, 'before', before.version, 'promoted', now_is.version,
    'next', now_is.next_version, 'gaveUp', nullif(before.next_version, wanted));
end $$;

-- Promotes the version that was promoted before and can still be read; again: the one before that. Gives as `promote`.
create function featstore.rollback(request jsonb) returns jsonb language plpgsql as $$
declare
  kind constant text := request ->> 'kind';
  current record;
  position integer;
  new_revision bigint;
begin
  perform featstore.lock_registry();
  execute format('select version, next_version, earlier from featstore.%I where name = $1 for update', kind || '_promotions')
    into current using request ->> 'name';
  position := coalesce(cardinality(current.earlier), 0);
  while position > 0 and (current.earlier[position] = current.version
      or not featstore.is_served(kind, request ->> 'name', current.earlier[position])) loop
    position := position - 1;
  end loop;
  if position = 0 then
    perform featstore.raise_error('nothing_to_roll_back',
      jsonb_build_object('name', request -> 'name', 'version', current.version));
  end if;
  perform featstore.require_staying(kind, request ->> 'name', current.earlier[position]);
  new_revision := featstore.next_revision();
  execute format('update featstore.%I set version = $2, next_version = null, earlier = $3 where name = $1', kind || '_promotions')
    using request ->> 'name', current.earlier[position], current.earlier[: position - 1];
  perform featstore.note(new_revision, 'rollback', request ->> 'actor', request ->> 'message', jsonb_build_array(jsonb_build_object(
    'definition', kind, 'name', request -> 'name', 'version', current.earlier[position], 'before', current.version)));
  return jsonb_build_object('revision', new_revision, 'before', current.version, 'promoted', current.earlier[position],
    'next', null, 'gaveUp', current.next_version);
end $$;

-- The versions of services that read a view version; `p_promoted`: those that their names mean, or are about to mean.
create function featstore.services_reading(p_name text, p_version integer, p_promoted boolean) returns jsonb language sql as $$
  select jsonb_agg(format('%s@%s', s.name, s.version) order by s.name, s.version)
    from featstore.feature_services as s
    join featstore.feature_service_promotions as p on p.name = s.name
    where p_promoted = (s.version = p.version or s.version is not distinct from p.next_version)
      and exists (select from jsonb_array_elements(s.definition -> 'features') as reference (item)
        where item ->> 'view' = p_name and (item ->> 'version')::integer = p_version)
$$;

-- Deprecates a view version, with the time from which on it is gone: {sunset (or null), now, successor (or null)}. Called
-- again it changes these. Gives {revision, deprecatedAt, sunsetAt, successor, services}: older services that read it.
create function featstore.retire(request jsonb) returns jsonb language plpgsql as $$
declare
  moment constant timestamptz := clock_timestamp();
  v_name constant text := request ->> 'name';
  v_version constant integer := (request ->> 'version')::integer;
  successor_name constant text := split_part(request ->> 'successor', '@', 1);
  registered featstore.feature_views;
  succeeding featstore.feature_views;
  sunset timestamptz;
  readers jsonb;
  new_revision bigint;
begin
  perform featstore.lock_registry();
  select * into registered from featstore.feature_views where name = v_name and version = v_version for update;
  if not found then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', v_name, 'version', v_version));
  end if;
  if featstore.view_state(registered) = 'retired' then
    perform featstore.raise_error('version_retired', jsonb_build_object('name', v_name, 'version', v_version));
  end if;
  if exists (select from featstore.feature_view_promotions where name = v_name and v_version in (version, next_version)) then
    perform featstore.raise_error('version_promoted', jsonb_build_object('name', v_name, 'version', v_version));
  end if;
  readers := featstore.services_reading(v_name, v_version, true);
  if readers is not null then
    perform featstore.raise_error('version_in_use', jsonb_build_object('name', v_name, 'version', v_version, 'services', readers));
  end if;
  if request ->> 'successor' is not null then
    select * into succeeding from featstore.feature_views
      where name = successor_name and format('%s@%s', name, version) = request ->> 'successor';
    if not found or featstore.view_state(succeeding) <> 'active' or (succeeding.name, succeeding.version) = (v_name, v_version) then
      perform featstore.raise_error('successor_unknown', jsonb_build_object('successor', request -> 'successor'));
    end if;
  end if;
  sunset := case when (request ->> 'now')::boolean then moment else (request ->> 'sunset')::timestamptz end;
  if sunset < moment then
    perform featstore.raise_error('sunset_in_past', jsonb_build_object('sunset', request -> 'sunset'));
  end if;

  new_revision := featstore.next_revision();
  update featstore.feature_views set
      deprecated_at = coalesce(deprecated_at, moment),
      sunset_at = coalesce(sunset, sunset_at),
      successor = coalesce(request ->> 'successor', successor)
    where name = v_name and version = v_version returning * into registered;
  perform featstore.note(new_revision, 'retire', request ->> 'actor', request ->> 'message', jsonb_build_array(jsonb_build_object(
    'definition', 'feature_view', 'name', v_name, 'version', v_version, 'successor', registered.successor,
    'sunset', to_char(registered.sunset_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))));
  return jsonb_build_object('revision', new_revision, 'successor', registered.successor,
    'deprecatedAt', featstore.epoch_microseconds(registered.deprecated_at)::text,
    'sunsetAt', featstore.epoch_microseconds(registered.sunset_at)::text,
    'services', coalesce(featstore.services_reading(v_name, v_version, false), '[]'));
end $$;

-- Undoes a retirement before its sunset. Gives the new revision.
create function featstore.restore(request jsonb) returns bigint language plpgsql as $$
declare
  v_name constant text := request ->> 'name';
  v_version constant integer := (request ->> 'version')::integer;
  registered featstore.feature_views;
  new_revision bigint;
begin
  perform featstore.lock_registry();
  select * into registered from featstore.feature_views where name = v_name and version = v_version for update;
  if not found then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', v_name, 'version', v_version));
  end if;
  if featstore.view_state(registered) <> 'deprecated' then
    perform featstore.raise_error(
      case featstore.view_state(registered) when 'active' then 'version_not_deprecated' else 'version_retired' end,
      jsonb_build_object('name', v_name, 'version', v_version));
  end if;
  new_revision := featstore.next_revision();
  update featstore.feature_views set deprecated_at = null, sunset_at = null, successor = null
    where name = v_name and version = v_version;
  perform featstore.note(new_revision, 'restore', request ->> 'actor', request ->> 'message', jsonb_build_array(jsonb_build_object(
    'definition', 'feature_view', 'name', v_name, 'version', v_version)));
  return new_revision;
end $$;
