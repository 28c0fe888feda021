-- Returns the deprecated and retired versions that a service reads, such as `["lyric_sentiment@1"]`, or null.
-- Called by apply, require_staying.
create or replace function featstore.retiring_views(p_definition jsonb) returns jsonb language sql as $$
  select jsonb_agg(distinct format('%s@%s', v.name, v.version))
    from featstore.references_read(p_definition) as reference (item)
    join featstore.feature_views as v
      on v.name = item ->> 'view' and v.version = (item ->> 'version')::integer
    where v.deprecated_at is not null
$$;
