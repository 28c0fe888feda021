-- Makes a version the one that the unpinned name means: at once if it can be read, or else with its first publish. Ends
-- a rollback, also if the promoted version stays. Returns {revision, before, promoted, next, gaveUp}. The revision is
-- null if nothing changed; `gaveUp` is a version that no longer waits.
-- Called by registry-store.ts.
create or replace function featstore.promote(request jsonb) returns jsonb language plpgsql as $$
declare
  kind constant text := request ->> 'kind';
  wanted constant integer := (request ->> 'version')::integer;
  before record;
  now_is record;
  new_revision bigint;
begin
  perform featstore.lock_registry();
  perform featstore.require_staying(kind, request ->> 'name', wanted);
  execute format('select version, next_version, rolled_back_from from featstore.%I where name = $1 for update', kind || '_promotions')
    into strict before using request ->> 'name';
  if coalesce(before.next_version, before.version) <> wanted or before.rolled_back_from is not null then
    new_revision := featstore.next_revision();
    if wanted = before.version then
      execute format('update featstore.%I set next_version = null where name = $1', kind || '_promotions') using request ->> 'name';
    elsif featstore.is_served(kind, request ->> 'name', wanted) or not featstore.is_served(kind, request ->> 'name', before.version) then
      perform featstore.take_over(kind, request ->> 'name', wanted);
    else
      execute format('update featstore.%I set next_version = $2 where name = $1', kind || '_promotions')
        using request ->> 'name', wanted;
    end if;
    execute format('update featstore.%I set rolled_back_from = null where name = $1', kind || '_promotions') using request ->> 'name';
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
