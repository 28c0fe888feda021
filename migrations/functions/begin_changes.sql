-- Begins to load an incremental run that another engine than PostgreSQL computed: creates the table of keys and the run's
-- table. `p_changes`: {"engine", "files", "tables", "since", "keys", "keysTable", "keysColumns", "nulls"}; "since" is the as-of time
-- from which the engine looked for changes, "keys" how many entities it found. Returns '', or the reason if the run has to
-- be a full one; with {"full"} in `p_changes` the caller demands that. The caller holds the lease of the run, loads keys and
-- rows, and calls `end_changes`. Error: lease_lost.
-- Called by load-rows.ts.
create or replace function featstore.begin_changes(p_run_id bigint, p_token bigint, p_changes jsonb) returns text language plpgsql as $$
declare
  target featstore.generations;
  previous featstore.generations;
  keys_table constant text := p_changes ->> 'keysTable';
  keys constant bigint := p_changes ->> 'keys';
  why_not text := p_changes ->> 'full';
begin
  perform featstore.hold_lease(p_run_id, p_token);
  select * into strict target from featstore.generations where run_id = p_run_id;
  select g.* into previous from featstore.generations as g
    join featstore.feature_views as v on v.name = g.view and v.version = g.version and v.served_generation = g.generation
    where g.view = target.view and g.version = target.version;
  if why_not is null then
    why_not := case
      when previous.base_generation is null or previous.engine <> p_changes ->> 'engine' or previous.as_of > target.as_of
          or previous.as_of <> (p_changes ->> 'since')::timestamptz then 'no_baseline'
      when previous.nulls is null or not previous.nulls ?& array(select jsonb_array_elements_text(p_changes -> 'nulls')) then 'nulls_not_counted'
      when keys > 1000 and keys > 0.5 * previous.rows or previous.changes + keys > greatest(1000, 0.5 * previous.rows) then 'many_changes'
    end;
  end if;
  if why_not is not null then
    update featstore.runs set why_full = why_not where run_id = p_run_id;
    return why_not;
  end if;
  -- As in `begin_load`.
  update featstore.generations
    set engine = p_changes ->> 'engine', read_files = nullif(p_changes -> 'files', 'null'),
      read_tables = nullif(p_changes -> 'tables', 'null'), cluster = null, begun_after = null
    where run_id = p_run_id;
  execute format('drop table if exists features.%I', keys_table);
  execute format('create table features.%I (%s)', keys_table, featstore.key_declarations(p_changes -> 'keysColumns'));
  -- Copies the columns of the served table: the same types, modifiers and collations.
  execute format('create table features.%I (like features.%I)', target.table_name,
    featstore.rows_table(previous.view, previous.version, previous.base_generation));
  execute format('alter table features.%I drop column _from, drop column _to', target.table_name);
  update featstore.leases set expires_at = clock_timestamp() + interval '30 seconds' where token = p_token;
  return '';
end $$;
