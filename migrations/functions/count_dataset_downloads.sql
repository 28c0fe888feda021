-- Adds downloads to the counts of their days: [{"dataset", "snapshot", "day", "downloads", "bytes"}].
-- Called by dataset-store.ts.
create or replace function featstore.count_dataset_downloads(p_counts jsonb) returns void language sql as $$
  insert into featstore.dataset_downloads as d (dataset, snapshot, day, downloads, bytes)
    select c.dataset, c.snapshot, c.day, sum(c.downloads), sum(c.bytes)
      from jsonb_to_recordset(p_counts) as c (dataset text, snapshot text, day date, downloads bigint, bytes bigint)
      group by 1, 2, 3 order by 1, 2, 3
    on conflict (dataset, snapshot, day) do update
      set downloads = d.downloads + excluded.downloads, bytes = d.bytes + excluded.bytes;
$$;
