-- Promotes waiting versions: those that can be served now, and those whose name has no version that can be served.
-- Called by apply, publish.
create or replace function featstore.promote_served(p_revision bigint, p_actor text, p_message text) returns void language plpgsql as $$
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
