-- Stores in the history that a version is removed, so that plans that know it are refused. Returns {revision, removed}.
-- Called by remove_service, remove_view.
create or replace function featstore.note_removal(p_kind text, request jsonb) returns jsonb language plpgsql as $$
declare
  new_revision constant bigint := featstore.next_revision();
begin
  update featstore.registry_state set applied_revision = new_revision;
  perform featstore.note(new_revision, 'retire', request ->> 'actor', request ->> 'message', jsonb_build_array(jsonb_build_object(
    'definition', p_kind, 'name', request -> 'name', 'version', request -> 'version', 'removed', true)));
  return jsonb_build_object('revision', new_revision, 'removed', true);
end $$;
