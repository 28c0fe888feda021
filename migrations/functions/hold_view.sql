-- Takes the lease of a view version until the calling transaction ends; a run that begins waits for it. Error:
-- run_in_progress.
-- Called by erase.
create or replace function featstore.hold_view(p_view text, p_version integer, p_holder jsonb) returns bigint language plpgsql as $$
declare
  lease_name constant text := format('feature_view:%s@%s', p_view, p_version);
  new_token constant bigint := nextval('featstore.lease_tokens');
  lease featstore.leases;
begin
  loop
    insert into featstore.leases (name, token, holder, expires_at)
      values (lease_name, new_token, p_holder, clock_timestamp() + interval '30 seconds')
      on conflict (name) do nothing;
    if found then return new_token; end if;
    select * into lease from featstore.leases where name = lease_name;
    continue when not found;
    perform featstore.raise_error('run_in_progress', jsonb_build_object('view', p_view, 'version', p_version,
      'runId', lease.run_id::text, 'token', lease.token::text, 'holder', lease.holder));
  end loop;
end $$;
