-- Returns the key, as texts, of a row whose column is NaN or infinite, be it a number or a time. Null: there is none.
-- The caller holds the lease of the run.
-- Called by run-log.ts.
create or replace function featstore.non_finite_example(p_run_id bigint, p_token bigint, p_column text) returns jsonb language plpgsql as $$
declare
  target featstore.generations;
  keys text[];
  example jsonb;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict target from featstore.generations where run_id = p_run_id;
  select featstore.key_columns(definition) into keys from featstore.feature_views
    where name = target.view and version = target.version;
  execute format($query$
      select (select jsonb_object_agg(key, to_jsonb(r) ->> key) from unnest($1) as listed (key))
      from features.%I as r where r.%I::text ~* 'nan|infinity' order by %s limit 1$query$,
      target.table_name, p_column, (select string_agg(format('%I', key), ', ') from unnest(keys) as listed (key)))
    into example using keys;
  return example;
end $$;
