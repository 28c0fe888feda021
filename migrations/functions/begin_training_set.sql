-- Stores a job and creates its empty spine table. `p_keys`: [{"name", "databaseType"}]. Returns the token of the job.
-- Called by admit_training_set.
create or replace function featstore.begin_training_set(p_id text, p_tenant text, p_request jsonb, p_holder jsonb, p_keys jsonb)
returns bigint language plpgsql as $$
declare
  new_token constant bigint := nextval('featstore.lease_tokens');
  new_table constant text := format('training_spine_%s', p_id);
  columns text;
begin
  select string_agg(format('%I %s not null', item ->> 'name', item ->> 'databaseType'), ', ' order by position) into columns
    from jsonb_array_elements(p_keys) with ordinality as listed (item, position);
  insert into featstore.training_sets (id, tenant, state, request, spine_table, token, holder, expires_at)
    values (p_id, p_tenant, 'loading', p_request, new_table, new_token, p_holder, clock_timestamp() + interval '2 minutes');
  execute format('create unlogged table featstore.%I (_row bigint primary key, _tenant text not null, %s, '
    '_as_of timestamptz not null, _passthrough text)', new_table, columns);
  return new_token;
end $$;
