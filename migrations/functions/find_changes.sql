-- Finds the changed rows of several sources, for the incremental runs of the views that read them. `p_scans`:
-- [{"relation", "columns", "byTransaction", "byLateness", "views", "horizon", "asOf", "entity", "copy"}]. The two texts
-- are queries, null if the source cannot be searched that way; "views", [{"view", "version"}], are those that read the
-- relation.
-- Returns {token, asOf, horizon, tables, reasons, copies}, lists in the order of the scans: a table with changes, or
-- the reason why there is none. If "copy" is set, the copy holds all source rows of the entities, with the key columns
-- "entity", that the scans with the indexes "keysFrom" found; it is null if it would hold much of the source. The
-- caller frees the tables with `drop_changes` and the token.
-- Called by change-calls.ts.
create or replace function featstore.find_changes(p_holder jsonb, p_as_of timestamptz, p_scans jsonb) returns jsonb language plpgsql as $$
declare
  scan jsonb;
  set_token constant bigint := nextval('featstore.lease_tokens');
  set_id bigint;
  found_horizon constant bigint := featstore.oldest_transaction();
  found_as_of constant timestamptz := coalesce(p_as_of, clock_timestamp());
  found_tables text[] := '{}';
  found_table text;
  found_reasons text[] := '{}';
  found_reason text;
  found_text text;
  since integer;
  found_copies text[] := '{}';
  found_copy text;
  found_keys text;
  found_count bigint;
begin
  perform set_config('jit', 'off', true);
  perform set_config('random_page_cost', least(current_setting('random_page_cost')::float8, 1.1)::text, true);
  insert into featstore.change_sets (token, tables) values (set_token, '{}') returning change_set_id into set_id;
  insert into featstore.leases (name, token, holder, expires_at)
    values (format('change_set:%s', set_id), set_token, p_holder, clock_timestamp() + interval '30 seconds');
  for scan in select * from jsonb_array_elements(p_scans) loop
    found_table := null;
    since := age((((scan ->> 'horizon')::bigint) % 4294967296)::text::xid);
    found_text := case when featstore.tells_transactions(to_regclass(scan ->> 'relation'))
      then coalesce(scan ->> 'byTransaction', scan ->> 'byLateness') else scan ->> 'byLateness' end;
    found_reason := case
      when found_text is null then 'source_is_no_table'
      when featstore.is_altered(to_regclass(scan ->> 'relation'), since)
        or featstore.has_other_parts(to_regclass(scan ->> 'relation'), scan -> 'views') then 'source_altered'
    end;
    if found_reason is null then
      found_table := format('changes_%s_%s', set_id, cardinality(found_tables) + 1);
      begin
        execute format('create table features.%I (%s)', found_table, (
          select string_agg(format('%I %s', item ->> 'name', item ->> 'databaseType'), ', ' order by position)
            from jsonb_array_elements(scan -> 'columns') with ordinality as listed (item, position)));
        execute format(E'insert into features.%I\n%s', found_table, found_text)
          using since, pg_catalog.pg_current_xact_id()::text::bigint, (scan ->> 'asOf')::timestamptz, found_as_of;
      exception
        when others then -- the full runs of those views report what is wrong, and the other views continue
          found_table := null;
          found_reason := 'source_not_scanned';
      end;
    end if;
    found_reasons := found_reasons || found_reason;
    found_tables := found_tables || found_table;
  end loop;
  for place in 1 .. cardinality(found_tables) loop
    scan := p_scans -> (place - 1);
    found_copy := null;
    if scan ->> 'copy' is not null and found_tables[place] is not null then
      select string_agg(format('select distinct %s from features.%I', scan ->> 'entity', found_tables[other]), ' union ')
        into found_keys
        from generate_subscripts(found_tables, 1) as other
        where found_tables[other] is not null and scan -> 'copy' -> 'keysFrom' @> to_jsonb(other - 1);
      execute format('select count(*) from (%s) as found', found_keys) into found_count;
      -- A copy is cheap if the source has no statistics, or if it is read for a few entities.
      if found_count < greatest(1000, 0.2 * (select reltuples from pg_catalog.pg_class where oid = to_regclass(scan ->> 'relation'))) then
        found_copy := found_tables[place] || '_rows';
        begin
          execute format('create table features.%I as with _among as materialized (%s) select %s from %s join _among on %s', found_copy, found_keys,
            (select string_agg(format('%I.%I', scan -> 'copy' ->> 'alias', name), ', ')
              from jsonb_array_elements_text(scan -> 'copy' -> 'columns') as listed (name)), scan -> 'copy' ->> 'from', scan -> 'copy' ->> 'on');
          execute format('analyze features.%I (%s)', found_copy, (
            select string_agg(distinct format('%I', name), ', ') from jsonb_array_elements_text(scan -> 'copy' -> 'keys') as listed (name)));
        exception
          when others then found_copy := null; -- as above
        end;
      end if;
    end if;
    found_copies := found_copies || found_copy;
  end loop;
  update featstore.change_sets set tables = found_tables || found_copies where change_set_id = set_id;
  return jsonb_build_object('copies', to_jsonb(found_copies), 'token', set_token::text, 'asOf', featstore.epoch_microseconds(found_as_of)::text,
    'horizon', found_horizon::text, 'tables', to_jsonb(found_tables), 'reasons', to_jsonb(found_reasons));
end $$;
