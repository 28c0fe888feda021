-- Makes the generation of a run the served one, ends the run, frees the lease and notifies the servers, all in one
-- transaction. Returns the new revision.
-- `p_details`: {"unparsed", "keepsHistory", "warnings"}; for a full run also "nulls"; if contracts are broken also
-- "broken" and "reason", why it is published anyway. Errors: lease_lost and others about the state of the version.
-- Called by run-log.ts.
create or replace function featstore.publish(p_run_id bigint, p_token bigint, p_details jsonb) returns bigint language plpgsql as $$
declare
  published featstore.generations;
  is_incremental boolean;
  new_revision bigint;
  promoter text;
begin
  perform set_config('lock_timeout', '10s', true);
  perform featstore.hold_lease(p_run_id, p_token);
  update featstore.generations set state = 'published', published_at = clock_timestamp(), nulls = coalesce(nulls, p_details -> 'nulls')
    where run_id = p_run_id and state = 'filled' returning * into published;
  if not found then
    perform featstore.raise_error('run_not_filled', jsonb_build_object('runId', p_run_id::text));
  end if;
  is_incremental := published.base_generation <> published.generation;
  if (p_details ->> 'keepsHistory')::boolean then
    perform featstore.keep_history(published, published.table_name,
      case when is_incremental then format('%s_v%s_changed', published.view, published.version) end);
  end if;
  if is_incremental then perform featstore.keep_changes(published); end if;
  new_revision := featstore.next_revision();
  update featstore.feature_views set served_generation = published.generation
    where name = published.view and version = published.version;
  select format('run %s', run_id) || coalesce(format(', process %s on %s', holder ->> 'pid', holder ->> 'host'), '') into promoter
    from featstore.runs where run_id = p_run_id;
  perform featstore.promote_served(new_revision, promoter, null);
  if p_details ->> 'reason' is not null then
    perform featstore.note(new_revision, 'force', promoter, p_details ->> 'reason', jsonb_build_array(jsonb_build_object(
      'definition', 'feature_view', 'name', published.view, 'version', published.version, 'generation', published.generation)));
  end if;
  update featstore.runs set state = 'published', finished_at = clock_timestamp(), unparsed = p_details -> 'unparsed',
      broken_contracts = nullif(p_details -> 'broken', 'null'), forced_because = p_details ->> 'reason',
      warnings = coalesce(p_details -> 'warnings', '[]')
    where run_id = p_run_id;
  delete from featstore.leases where token = p_token;
  begin
    perform set_config('lock_timeout', '200ms', true);
    perform featstore.replace_people_view(published.view, published.version);
  exception
    when others then null; -- reads do not depend on the view for people: the next sweep repairs it
  end;
  return new_revision;
end $$;
