-- Returns the state of a view version: `active`, `deprecated` or `retired`. No statement runs at a sunset, so the state
-- is derived from the time.
-- Called by quality-store.ts, registry-store.ts, schedule-store.ts, begin_run, failed_views, is_served and others.
create or replace function featstore.view_state(registered featstore.feature_views) returns text language sql as $$
  select case
    when registered.deprecated_at is null then 'active'
    when registered.sunset_at <= clock_timestamp() then 'retired'
    else 'deprecated' end
$$;
