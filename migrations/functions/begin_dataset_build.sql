-- Begins a build of a dataset. First ends a running build whose lease has expired or whose token is `p_dead_token`.
-- Returns {"token"}, or {"running", "token", "holder"} of the build that still runs.
-- Called by build-store.ts.
create or replace function featstore.begin_dataset_build(p_id text, p_dataset text, p_holder jsonb, p_actor jsonb, p_dead_token bigint)
returns jsonb language plpgsql as $$
declare
  new_token constant bigint := nextval('featstore.lease_tokens');
  earlier featstore.dataset_builds;
begin
  perform pg_advisory_xact_lock(hashtextextended('featstore.dataset_builds ' || p_dataset, 0));
  select * into earlier from featstore.dataset_builds where dataset = p_dataset and state = 'running' for update;
  if found then
    if earlier.expires_at > clock_timestamp() and earlier.token is distinct from p_dead_token then
      return jsonb_build_object('running', earlier.id, 'token', earlier.token::text, 'holder', earlier.holder);
    end if;
    update featstore.dataset_builds set state = 'failed', finished_at = clock_timestamp(),
        failure = featstore.interrupted_dataset_build() where id = earlier.id;
  end if;
  insert into featstore.dataset_builds (id, dataset, state, token, holder, expires_at, created_by)
    values (p_id, p_dataset, 'running', new_token, p_holder, clock_timestamp() + interval '1 minute', p_actor);
  return jsonb_build_object('token', new_token::text);
end $$;
