-- Begins to load the rows of a full run that another engine than PostgreSQL computed: creates the table of rows with the
-- registered columns, and stores what the engine read, `p_read`: {"engine", "files", "tables"}. Returns the table's name. The caller
-- holds the lease of the run, loads the rows and calls `end_load`. Errors: lease_lost, run_already_loads.
-- Called by load-rows.ts.
create or replace function featstore.begin_load(p_run_id bigint, p_token bigint, p_read jsonb) returns text language plpgsql as $$
declare
  target featstore.generations;
  registered featstore.feature_views;
  rows_table text;
begin
  perform featstore.hold_lease(p_run_id, p_token);
  -- The transactions of this database say nothing about sources that lie elsewhere.
  update featstore.generations
    set base_generation = generation, engine = p_read ->> 'engine', read_files = nullif(p_read -> 'files', 'null'),
      read_tables = nullif(p_read -> 'tables', 'null'),
      horizon = null, cluster = null, begun_after = null
    where run_id = p_run_id and base_generation is null returning * into target;
  if not found then
    perform featstore.raise_error('run_already_loads', jsonb_build_object('runId', p_run_id::text));
  end if;
  rows_table := featstore.rows_table(target.view, target.version, target.generation);
  select * into strict registered from featstore.feature_views where name = target.view and version = target.version;
  execute format('create table features.%I (%s)', rows_table, (
    select string_agg(format('%I %s', item ->> 'name', item ->> 'databaseType'), ', ' order by position)
      from jsonb_array_elements(registered.columns) with ordinality as listed (item, position)));
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return rows_table;
end $$;
