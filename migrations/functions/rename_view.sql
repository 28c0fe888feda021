-- Renames a view, {"from", "to", "versions": [{"version", "definition", "meaningHash", "documentHash"}]}, with its
-- tables. Writes only rows of the registry. Readers wait for the locks of the tables, so it gives up after a short
-- time.
-- Called by apply.
create or replace function featstore.rename_view(renamed jsonb, p_moment timestamptz) returns void language plpgsql as $$
declare
  before constant text := renamed ->> 'from';
  after constant text := renamed ->> 'to';
  known integer;
  moved integer;
  owner text;
  lease featstore.leases;
  kept record;
begin
  perform from featstore.feature_views where name = before order by version for update;
  get diagnostics known = row_count;
  if exists (select from featstore.feature_views where name = after) then
    perform featstore.raise_error('name_taken', jsonb_build_object('name', after));
  end if;
  select new_name into owner from featstore.renamed_views where old_name = after and new_name <> before;
  if found then
    perform featstore.raise_error('name_moved', jsonb_build_object('name', after, 'newName', owner));
  end if;
  select * into lease from featstore.leases where name ~ format('^feature_view:%s@[0-9]+$', before) order by name limit 1;
  if found then
    perform featstore.raise_error('run_in_progress', jsonb_build_object('view', before, 'version', split_part(lease.name, '@', 2),
      'runId', lease.run_id::text, 'token', lease.token::text, 'holder', lease.holder));
  end if;

  -- An interrupted backfill's plan has the name in it.
  perform featstore.drop_interrupted_of(before, (item ->> 'version')::integer, 'renamed')
    from jsonb_array_elements(renamed -> 'versions') as listed (item);
  begin
    -- Readers queue behind this call while it waits for a table.
    perform set_config('lock_timeout', '1s', true);
    for kept in
      select relname::text as name, relkind from pg_catalog.pg_class
        where relnamespace = 'features'::regnamespace and relkind in ('r', 'p', 'v')
          and relname ~ format('^%s_v[0-9]+(_g[0-9]+(_rows|_keys|_changes)?|_history|_changed)?$', before)
        order by relname
    loop
      execute format('alter %s features.%I rename to %I', case kept.relkind when 'v' then 'view' else 'table' end,
        kept.name, after || substr(kept.name, length(before) + 1));
    end loop;
  exception
    when lock_not_available or deadlock_detected then
      perform featstore.raise_error('view_is_read', jsonb_build_object('name', before));
  end;
  perform set_config('lock_timeout', '10s', true);

  -- In one statement, so that promotions never name a version that is not there.
  update featstore.feature_views as v
    set name = after, definition = item -> 'definition', meaning_hash = item ->> 'meaningHash', document_hash = item ->> 'documentHash'
    from jsonb_array_elements(renamed -> 'versions') as listed (item)
    where v.name = before and v.version = (item ->> 'version')::integer;
  get diagnostics moved = row_count;
  if moved = 0 or moved <> known then
    perform featstore.raise_error('view_not_applied', jsonb_build_object('view', before, 'version', renamed #> '{versions,0,version}'));
  end if;
  update featstore.feature_views set successor = after || substr(successor, length(before) + 1)
    where split_part(successor, '@', 1) = before;
  update featstore.generations set table_name = after || substr(table_name, length(before) + 1) where view = after;
  update featstore.backfills as b set keys_table = after || substr(b.keys_table, length(before) + 1)
    from featstore.runs as r where r.run_id = b.run_id and r.view = after;
  update featstore.answers set view = after where view = before;
  delete from featstore.renamed_views where old_name = after;
  update featstore.renamed_views set new_name = after where new_name = before;
  insert into featstore.renamed_views (old_name, new_name, renamed_at) values (before, after, p_moment);
end $$;
