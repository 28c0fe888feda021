-- Returns the keys that are older than `p_max_age_days` and whose owners got no reminder within 30 days, and stores
-- that they get one now, so that only one server sends it. Keys that expire or were replaced need no reminder.
-- Called by key-store.ts.
create or replace function featstore.claim_rotation_reminders(p_max_age_days integer)
returns setof featstore.api_keys language sql as $$
  with due as materialized (
    select k.id from featstore.api_keys k
    where k.created_at < clock_timestamp() - make_interval(days => p_max_age_days)
      and k.revoked_at is null and k.disabled_at is null and k.replaced_by is null
      and (k.expires_at is null or k.expires_at > clock_timestamp())
      and (k.reminded_at is null or k.reminded_at < clock_timestamp() - interval '30 days')
    order by k.id limit 100 for update of k skip locked
  )
  update featstore.api_keys k set reminded_at = clock_timestamp() from due where k.id = due.id returning k.*
$$;
