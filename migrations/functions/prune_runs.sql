-- Deletes old runs, because freshness of minutes makes up to 1,440 runs a day and view. Keeps the newest `p_most` runs
-- of each version, and those whose generation exists, has a profile or is the baseline of drift. Returns how many it
-- deleted.
-- Called by run-log.ts.
create or replace function featstore.prune_runs(p_most bigint) returns bigint language plpgsql as $$
declare
  registered record;
  gone bigint[];
  let_go bigint := 0;
begin
  for registered in
    select v.name, v.version, (
        select r.run_id from featstore.runs as r where r.view = v.name and r.version = v.version
          order by r.run_id desc offset p_most limit 1) as newest_gone
      from featstore.feature_views as v order by v.name, v.version
  loop
    continue when registered.newest_gone is null;
    select array_agg(run_id) into gone from (
      select r.run_id from featstore.runs as r left join featstore.generations as g using (run_id)
        where r.view = registered.name and r.version = registered.version and r.run_id <= registered.newest_gone
          and r.state in ('published', 'failed', 'abandoned') and (g.state is null or g.state in ('dropped', 'failed'))
          and not exists (select from featstore.leases as l where l.run_id = r.run_id)
          and not exists (select from featstore.backfills as b where b.run_id = r.run_id)
          and not exists (select from featstore.profiles as p
            where p.view = g.view and p.version = g.version and p.generation = g.generation)
          and not exists (select from featstore.baselines as b
            where b.view = g.view and b.version = g.version and b.generation = g.generation)
        order by r.run_id limit 10000
        for update of r skip locked) as old;
    delete from featstore.generations where run_id = any (gone);
    delete from featstore.runs where run_id = any (gone);
    let_go := let_go + coalesce(cardinality(gone), 0);
  end loop;
  return let_go;
end $$;
