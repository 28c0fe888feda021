-- Promotes the version that was promoted before and can still be read; a repeated call goes back further. Marks the
-- name as rolled back, so that new versions wait for `promote`. Returns the same as `promote`. Error:
-- nothing_to_roll_back.
-- Called by registry-store.ts.
create or replace function featstore.rollback(request jsonb) returns jsonb language plpgsql as $$
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
  execute format($update$
    update featstore.%I set version = $2, next_version = null, earlier = $3, rolled_back_from = greatest(rolled_back_from, version)
      where name = $1$update$, kind || '_promotions')
    using request ->> 'name', current.earlier[position], current.earlier[: position - 1];
  perform featstore.note(new_revision, 'rollback', request ->> 'actor', request ->> 'message', jsonb_build_array(jsonb_build_object(
    'definition', kind, 'name', request -> 'name', 'version', current.earlier[position], 'before', current.version)));
  return jsonb_build_object('revision', new_revision, 'before', current.version, 'promoted', current.earlier[position],
    'next', null, 'gaveUp', current.next_version);
end $$;
