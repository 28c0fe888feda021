-- Adds reads of views to their days: [{"day", "keyId", "view", "version", "requests", "rows"}].
-- Called by record_usage.
create or replace function featstore.add_view_usage(p_reads jsonb) returns void language sql as $$
  insert into featstore.usage_views as u (day, key_id, view, version, organisation_id, requests, rows)
    select r.day, r."keyId", coalesce(n.new_name, r.view), r.version, max(k.organisation_id), sum(r.requests), sum(r.rows)
      from jsonb_to_recordset(p_reads) as r (day date, "keyId" text, view text, version integer, requests bigint, rows bigint)
      join featstore.api_keys as k on k.id = r."keyId"
      left join featstore.renamed_views as n on n.old_name = r.view
      group by 1, 2, 3, 4
      order by 1, 2, 3, 4
    on conflict (day, key_id, view, version) do update
      set requests = u.requests + excluded.requests, rows = u.rows + excluded.rows;
$$;
