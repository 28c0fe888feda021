-- Sets until when a view's former name is valid: {name, sunset (or null), now, actor, message}. Returns {revision,
-- newName, renamedAt, sunsetAt, services}: older services that use this name.
-- Called by registry-store.ts.
create or replace function featstore.retire_name(request jsonb) returns jsonb language plpgsql as $$
declare
  moment constant timestamptz := clock_timestamp();
  former constant text := request ->> 'name';
  sunset constant timestamptz := case when (request ->> 'now')::boolean then moment else (request ->> 'sunset')::timestamptz end;
  renamed featstore.renamed_views;
  readers jsonb;
  older jsonb;
  new_revision bigint;
begin
  perform featstore.lock_registry();
  select * into renamed from featstore.renamed_views where old_name = former for update;
  if not found or featstore.name_state(renamed) = 'retired' then
    perform featstore.raise_error('name_retired', jsonb_build_object('name', former));
  end if;
  select jsonb_agg(format('%s@%s', s.name, s.version) order by s.name, s.version) filter (where is_promoted),
      jsonb_agg(format('%s@%s', s.name, s.version) order by s.name, s.version) filter (where not is_promoted)
    into readers, older
    from featstore.feature_services as s
    join featstore.feature_service_promotions as p on p.name = s.name
    cross join lateral (select s.version = p.version or s.version is not distinct from p.next_version as is_promoted) as meant
    where exists (select from jsonb_array_elements(s.definition -> 'features') as reference (item)
      where former in (item ->> 'view', item -> 'through' ->> 'view'));
  if readers is not null then
    perform featstore.raise_error('name_in_use', jsonb_build_object('name', former, 'newName', renamed.new_name, 'services', readers));
  end if;
  if sunset < moment then
    perform featstore.raise_error('sunset_in_past', jsonb_build_object('sunset', request -> 'sunset'));
  end if;
  new_revision := featstore.next_revision();
  update featstore.renamed_views set sunset_at = coalesce(sunset, sunset_at) where old_name = former returning * into renamed;
  perform featstore.note(new_revision, 'retire', request ->> 'actor', request ->> 'message', (
    select jsonb_agg(jsonb_build_object('definition', 'feature_view', 'name', former, 'version', version, 'successor', format('%s@%s', name, version),
        'sunset', to_char(renamed.sunset_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) order by version)
      from featstore.feature_views where name = renamed.new_name));
  return jsonb_build_object('revision', new_revision, 'newName', renamed.new_name,
    'renamedAt', featstore.epoch_microseconds(renamed.renamed_at)::text, 'sunsetAt', featstore.epoch_microseconds(renamed.sunset_at)::text,
    'services', coalesce(older, '[]'));
end $$;
