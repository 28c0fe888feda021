-- Returns why an interrupted run cannot be resumed: `superseded`, `too_old` or `version_retired`. Null: it can.
-- Called by begin_backfill, sweep_backfills.
create or replace function featstore.staleness(kept featstore.runs) returns text language sql as $$
  select case
    when exists (
      select from featstore.generations as g
        where g.view = kept.view and g.version = kept.version and g.generation > kept.generation and g.published_at is not null)
      then 'superseded'
    when kept.finished_at < clock_timestamp() - interval '7 days' then 'too_old'
    when exists (
      select from featstore.feature_views as v
        where v.name = kept.view and v.version = kept.version and featstore.view_state(v) = 'retired')
      then 'version_retired' end
$$;
