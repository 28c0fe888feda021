-- Stores reads of today, [{"keyId", "view", "version"}]. Skips keys and versions that are gone.
-- Called by record_usage.
create or replace function featstore.note_reads(p_reads jsonb) returns void language sql as $$
  insert into featstore.view_reads as r (key_id, view, version, last_read_on)
    select distinct k.id, v.name, v.version, (clock_timestamp() at time zone 'UTC')::date
      from jsonb_array_elements(p_reads) as listed (item)
      join featstore.api_keys as k on k.id = item ->> 'keyId'
      left join featstore.renamed_views as n on n.old_name = item ->> 'view'
      join featstore.feature_views as v on v.name = coalesce(n.new_name, item ->> 'view') and v.version = (item ->> 'version')::integer
      order by 2, 3, 1
    on conflict (view, version, key_id) do update set last_read_on = excluded.last_read_on where r.last_read_on < excluded.last_read_on
$$;
