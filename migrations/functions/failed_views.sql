-- Lists the view versions whose last run failed or died, [{"view", "version", "code"}]. Leaves out retired versions,
-- interrupted runs, and runs that were abandoned on purpose.
-- Called by quality-store.ts.
create or replace function featstore.failed_views() returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('view', v.name, 'version', v.version, 'code', last.failure_code)
      order by v.name, v.version), '[]')
    from featstore.feature_views as v
    cross join lateral (
      select state, failure_code from featstore.runs as r
        where r.view = v.name and r.version = v.version
          and (r.state in ('published', 'failed') or r.state = 'abandoned' and r.failure_code = 'holder_died')
        order by run_id desc limit 1
    ) as last
    where last.state in ('failed', 'abandoned') and featstore.view_state(v) <> 'retired'
$$;
