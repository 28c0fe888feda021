-- Deprecates a view version and sets its sunset: {sunset (or null), now, successor (or null)}. Calling it again changes
-- these. Removes a version that was never published at once. The last remaining version can go as well, which ends the
-- view. Returns {revision, removed, deprecatedAt, sunsetAt, successor, services}: older services that read it.
-- Called by registry-store.ts.
create or replace function featstore.retire(request jsonb) returns jsonb language plpgsql as $$
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
  is_removed boolean := false;
begin
  perform featstore.lock_registry();
  select * into registered from featstore.feature_views where name = v_name and version = v_version for update;
  if not found then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', v_name, 'version', v_version));
  end if;
  if featstore.view_state(registered) = 'retired' then
    perform featstore.raise_error('version_retired', jsonb_build_object('name', v_name, 'version', v_version));
  end if;
  if registered.served_generation is null and not exists (
    select from featstore.generations where view = v_name and version = v_version and published_at is not null) then
    is_removed := true;
  end if;
  -- Retiring the last active version ends the name.
  if exists (select from featstore.feature_view_promotions where name = v_name
      and (v_version = version or v_version = next_version and not is_removed))
    and exists (select from featstore.feature_views where name = v_name and version <> v_version and deprecated_at is null) then
    perform featstore.raise_error('version_promoted', jsonb_build_object('name', v_name, 'version', v_version));
  end if;
  if is_removed then return featstore.remove_view(registered, request); end if;
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
  return jsonb_build_object('revision', new_revision, 'removed', false, 'successor', registered.successor,
    'deprecatedAt', featstore.epoch_microseconds(registered.deprecated_at)::text,
    'sunsetAt', featstore.epoch_microseconds(registered.sunset_at)::text,
    'services', coalesce(featstore.services_reading(v_name, v_version, false), '[]'));
end $$;
