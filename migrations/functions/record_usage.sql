-- Stores the counts of a process once: {"writer", "number", "month", "counts", "views", "limits", "holders"}. A
-- repeated number changes nothing. `limits`: {organisation: {quota: maximum}}. Returns the totals of the holders in the
-- month, and the notices that this flush was the first to reach.
-- Called by usage-store.ts.
create or replace function featstore.record_usage(p_flush jsonb) returns jsonb language plpgsql as $$
declare
  this_writer constant text := p_flush ->> 'writer';
  this_flush constant bigint := (p_flush ->> 'number')::bigint;
  reached record;
begin
  insert into featstore.usage_writers as w (id, flush) values (this_writer, this_flush)
    on conflict (id) do update set flush = excluded.flush, seen_at = clock_timestamp() where w.flush < excluded.flush;
  if found then
    perform featstore.add_usage(p_flush -> 'counts');
    perform featstore.add_view_usage(p_flush -> 'views');
    perform featstore.note_reads(p_flush -> 'views');
    for reached in
      insert into featstore.usage_notices (organisation_id, month, quota, percent, used, maximum, writer, flush)
        select o.key, m.month, q.key, p.percent, used.total, q.value::bigint, this_writer, this_flush
          from jsonb_each(p_flush -> 'limits') as o
          cross join lateral jsonb_each_text(o.value) as q
          join featstore.usage_months as m on m.holder = o.key and m.month in (
            select day - (extract(day from day)::integer - 1) from jsonb_to_recordset(p_flush -> 'counts') as c (day date)
            union select (p_flush ->> 'month')::date)
          cross join lateral (values (case q.key when 'requests' then m.requests when 'rows' then m.rows else m.bytes end))
            as used (total)
          cross join (values (80), (95), (100)) as p (percent)
          where used.total::numeric * 100 >= q.value::numeric * p.percent
          order by 1, 2, 3, 4
        on conflict do nothing
        returning *
    loop
      perform featstore.record_change('{"kind": "server", "id": "usage"}', reached.organisation_id, 'quota.reached',
        reached.organisation_id, null, jsonb_build_object('quota', reached.quota, 'month', to_char(reached.month, 'YYYY-MM'),
          'percent', reached.percent, 'used', reached.used, 'maximum', reached.maximum));
    end loop;
  end if;
  return jsonb_build_object(
    'totals', featstore.month_usage((p_flush ->> 'month')::date, p_flush -> 'holders'),
    'notices', (
      select coalesce(jsonb_agg(jsonb_build_object('organisation', organisation_id, 'month', to_char(month, 'YYYY-MM'),
          'quota', quota, 'percent', percent, 'used', used, 'maximum', maximum)
          order by organisation_id, month, quota, percent), '[]')
        from featstore.usage_notices where writer = this_writer and flush = this_flush));
end $$;
